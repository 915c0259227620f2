package dev.keylane.rtnetlink;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.wire.Octets;
import dev.keylane.linux.LinuxException;
import dev.keylane.linux.Sockets;
import dev.keylane.netlink.Native;
import dev.keylane.netlink.NetlinkClient;
import dev.keylane.netlink.NetlinkHeader;
import dev.keylane.netlink.NetlinkMessage;
import dev.keylane.netlink.NetlinkRequest;
import dev.keylane.netlink.NetlinkWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who is known on a device's link. Each call is for itself, from any thread. */
public final class Neighbours {
    private Neighbours() {
    }

    /** The link layer address of a host, empty while it is unknown, or when the way to the host is by another one. */
    public static Optional<Octets> find(int device, IpAddress host) {
        return Optional.ofNullable(ask(new NetlinkRequest(RTM_GETNEIGH, out -> name(out, device, host, 0))));
    }

    /** Makes a host known that is not; whether it is still there is asked when it is next sent to. */
    public static void add(int device, IpAddress host, Octets linkLayer) {
        ask(new NetlinkRequest(RTM_NEWNEIGH, NetlinkHeader.NLM_F_CREATE, out -> {
            name(out, device, host, NUD_STALE);
            octets(out, NDA_LLADDR, linkLayer.borrow());
        }));
    }

    private static @Nullable Octets ask(NetlinkRequest request) {
        try (NetlinkClient client = new NetlinkClient(NETLINK_ROUTE)) {
            return client.transact(List.of(request), Neighbours::read).getFirst().data();
        } catch (LinuxException noRtnetlink) {
            return null;
        }
    }

    private static void name(NetlinkWriter out, int device, IpAddress host, int state) {
        MemorySegment fixed = out.fixed(NDMSG_SIZE);
        fixed.set(Native.U8, NDM_FAMILY, (byte) (host.isV4() ? Sockets.AF_INET : Sockets.AF_INET6));
        fixed.set(Native.U32, NDM_IFINDEX, device);
        fixed.set(Native.U16, NDM_STATE, (short) state);
        octets(out, NDA_DST, host.octets().borrow());
    }

    private static void octets(NetlinkWriter out, int attribute, byte[] octets) {
        MemorySegment.copy(octets, 0, out.attribute(attribute, octets.length), Native.U8, 0, octets.length);
    }

    private static @Nullable Octets read(NetlinkMessage message) {
        MemorySegment fixed = message.type() == RTM_NEWNEIGH ? message.fixed(NDMSG_SIZE) : null;
        if (fixed == null || (fixed.get(Native.U16, NDM_STATE) & NUD_VALID) == 0) {
            return null;
        }
        MemorySegment address = message.attributes(NDMSG_SIZE).get(NDA_LLADDR, 1);
        return address == null ? null : Octets.wrap(address.toArray(ValueLayout.JAVA_BYTE));
    }

    private static final int NETLINK_ROUTE = 0;
    private static final int RTM_NEWNEIGH = 28;
    private static final int RTM_GETNEIGH = 30;
    /** struct ndmsg. */
    private static final int NDMSG_SIZE = 12;
    private static final long NDM_FAMILY = 0;
    private static final long NDM_IFINDEX = 4;
    private static final long NDM_STATE = 8;
    private static final int NDA_DST = 1;
    private static final int NDA_LLADDR = 2;
    private static final int NUD_STALE = 4;
    /** Reachable, stale, to be asked, being asked, permanent. */
    private static final int NUD_VALID = 2 | NUD_STALE | 8 | 0x10 | 0x80;
}
