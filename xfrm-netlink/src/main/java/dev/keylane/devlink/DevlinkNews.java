package dev.keylane.devlink;

import dev.keylane.linux.LinuxException;
import dev.keylane.netlink.Attributes;
import dev.keylane.netlink.Native;
import dev.keylane.netlink.NetlinkClient;
import dev.keylane.netlink.NetlinkListener;
import dev.keylane.netlink.NetlinkMessage;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells that a card of this network namespace has been set otherwise: it has come or gone, was reloaded, or a parameter or a
 * port of it, with what the function behind that may do, is another one. Of the switch's {@code encap-mode} Linux tells
 * nobody.
 */
public final class DevlinkNews implements AutoCloseable {
    private final NetlinkListener listener;

    /** What has changed. */
    public sealed interface News {
        record Changed(DevlinkHandle card) implements News {
        }

        /** News were lost. */
        record Missed() implements News {
        }
    }

    private DevlinkNews(NetlinkListener listener) {
        this.listener = listener;
    }

    /**
     * @param hears called on a thread of its own, one call at a time
     * @return empty when the kernel has no devlink
     * @throws LinuxException when its group cannot be joined
     */
    public static Optional<DevlinkNews> open(Consumer<News> hears) {
        Optional<DevlinkFamily> family;
        try (NetlinkClient client = new NetlinkClient(DevlinkFamily.NETLINK_GENERIC)) {
            family = DevlinkFamily.ask(client).filter(known -> known.config() != 0);
        }
        return family.map(known -> new DevlinkNews(listen(known, hears)));
    }

    private static NetlinkListener listen(DevlinkFamily family, Consumer<News> hears) {
        NetlinkListener listener = new NetlinkListener("cards", DevlinkFamily.NETLINK_GENERIC, 0, RECEIVE_OCTETS,
                new Sink(family.id(), hears));
        int error = listener.join(family.config());
        if (error < 0) {
            listener.close();
            throw new LinuxException("join devlink's group", -error, "");
        }
        return listener;
    }

    /** Null for a message that tells of nothing set otherwise. */
    static @Nullable DevlinkHandle changed(NetlinkMessage message, int family) {
        MemorySegment header = message.type() == family ? message.fixed(DevlinkFamily.GENL_HEADER_SIZE) : null;
        if (header == null || !CHANGES.contains(Byte.toUnsignedInt(header.get(Native.U8, 0)))) {
            return null;
        }
        Attributes attributes = message.attributes(DevlinkFamily.GENL_HEADER_SIZE);
        String bus = attributes.string(DevlinkMessage.ATTR_BUS_NAME);
        String name = attributes.string(DevlinkMessage.ATTR_DEV_NAME);
        return bus == null || name == null ? null : new DevlinkHandle(bus, name);
    }

    private record Sink(int family, Consumer<News> hears) implements NetlinkListener.Sink {
        @Override
        public void message(NetlinkMessage message) {
            DevlinkHandle card = changed(message, family);
            if (card != null) {
                hears.accept(new News.Changed(card));
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
    }

    /** enum devlink_command: NEW, DEL, PORT_NEW, PORT_DEL, ESWITCH_SET, RELOAD, PARAM_NEW and PARAM_DEL. */
    private static final Set<Integer> CHANGES = Set.of(3, 4, 7, 8, 30, 37, 40, 41);
    private static final int RECEIVE_OCTETS = 1 << 20;
}
