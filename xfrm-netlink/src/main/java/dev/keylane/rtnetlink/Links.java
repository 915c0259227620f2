package dev.keylane.rtnetlink;

import dev.keylane.netlink.Native;
import dev.keylane.netlink.NetlinkClient;
import dev.keylane.netlink.NetlinkListener;
import dev.keylane.netlink.NetlinkMessage;
import dev.keylane.netlink.NetlinkRequest;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Network devices of the network namespace this was made in: a list of them, and news of them. */
public final class Links implements AutoCloseable {
    private final NetlinkClient client;
    private final NetlinkListener listener;

    /**
     * A device.
     *
     * @param up      IFF_UP: switched on
     * @param running IFF_RUNNING or IFF_LOWER_UP: it can be used; the second is there up to a second earlier
     */
    public record Link(int index, String name, boolean up, boolean running) {
    }

    public sealed interface News {
        /** As it is now. Of a device that is being switched off this is told before what its driver does about it. */
        record Is(Link link) implements News {
        }

        record Gone(int index) implements News {
        }

        /** News were lost. */
        record Missed() implements News {
        }
    }

    /**
     * @param hears called on a thread of its own, one call at a time
     * @throws dev.keylane.linux.LinuxException when there is no rtnetlink
     */
    public Links(Consumer<News> hears) {
        client = new NetlinkClient(NETLINK_ROUTE);
        listener = new NetlinkListener("links", NETLINK_ROUTE, 1 << RTNLGRP_LINK - 1, RECEIVE_OCTETS, new Sink(hears));
    }

    /** All devices. Not for use by several threads at once. */
    public List<Link> list() {
        return client.dump(new NetlinkRequest(RTM_GETLINK, out -> out.fixed(IFINFOMSG_SIZE)), Links::read);
    }

    /** Null for another message, and for what a bridge tells of its ports. */
    static @Nullable Link read(NetlinkMessage message) {
        MemorySegment fixed = message.fixed(IFINFOMSG_SIZE);
        if (message.type() != RTM_NEWLINK || fixed == null || fixed.get(Native.U8, IFI_FAMILY) != 0) {
            return null;
        }
        int flags = fixed.get(Native.U32, IFI_FLAGS);
        MemorySegment name = message.attributes(IFINFOMSG_SIZE).get(IFLA_IFNAME, 1);
        return new Link(fixed.get(Native.U32, IFI_INDEX), name == null ? "" : text(name), (flags & IFF_UP) != 0,
                (flags & (IFF_RUNNING | IFF_LOWER_UP)) != 0);
    }

    private static String text(MemorySegment name) {
        StringBuilder text = new StringBuilder();
        for (long at = 0; at < name.byteSize() && name.get(ValueLayout.JAVA_BYTE, at) != 0; at++) {
            text.append((char) Byte.toUnsignedInt(name.get(ValueLayout.JAVA_BYTE, at)));
        }
        return text.toString();
    }

    private record Sink(Consumer<News> hears) implements NetlinkListener.Sink {
        @Override
        public void message(NetlinkMessage message) {
            Link link = read(message);
            if (link != null) {
                hears.accept(new News.Is(link));
            }
            MemorySegment fixed = message.type() == RTM_DELLINK ? message.fixed(IFINFOMSG_SIZE) : null;
            if (fixed != null && fixed.get(Native.U8, IFI_FAMILY) == 0) {
                hears.accept(new News.Gone(fixed.get(Native.U32, IFI_INDEX)));
            }
        }

        @Override
        public void overrun() {
            hears.accept(new News.Missed());
        }
    }

    @Override
    public void close() {
        listener.close();
        client.close();
    }

    private static final int NETLINK_ROUTE = 0;
    private static final int RTNLGRP_LINK = 1;
    private static final int RTM_NEWLINK = 16;
    private static final int RTM_DELLINK = 17;
    private static final int RTM_GETLINK = 18;
    /** struct ifinfomsg. */
    private static final int IFINFOMSG_SIZE = 16;
    private static final long IFI_FAMILY = 0;
    private static final long IFI_INDEX = 4;
    private static final long IFI_FLAGS = 8;
    private static final int IFF_UP = 1;
    private static final int IFF_RUNNING = 0x40;
    private static final int IFF_LOWER_UP = 0x10000;
    private static final int IFLA_IFNAME = 3;
    /** A switch may bring up hundreds of devices at once, at about a kilobyte each. */
    private static final int RECEIVE_OCTETS = 4 << 20;
}
