package dev.keylane.rtnetlink;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.linux.LinuxException;
import dev.keylane.linux.Sockets;
import dev.keylane.netlink.Attributes;
import dev.keylane.netlink.Native;
import dev.keylane.netlink.NetlinkClient;
import dev.keylane.netlink.NetlinkMessage;
import dev.keylane.netlink.NetlinkReply;
import dev.keylane.netlink.NetlinkRequest;
import dev.keylane.netlink.NetlinkWriter;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Asks for routes and links of the network namespace it was made in. Not for use by several threads at once. */
public final class Routes implements AutoCloseable {
    private final NetlinkClient client = new NetlinkClient(NETLINK_ROUTE);

    /**
     * @param mark of the packet, 0 for none: rules may look at it
     */
    public record Way(IpAddress source, IpAddress destination, int mark) {
    }

    /**
     * The devices that packets may leave by, all next hops of a route that has several.
     *
     * @return one set for each way, in order, of interface numbers; empty without a route
     */
    public List<Set<Integer>> devices(List<Way> ways) {
        List<NetlinkRequest> requests = new ArrayList<>();
        for (Way way : ways) {
            // The first answer has what was chosen for these addresses, the second all that might be for other ports.
            requests.add(request(way, 0));
            requests.add(request(way, RTM_F_FIB_MATCH));
        }
        List<NetlinkReply<Set<Integer>>> replies = client.transact(requests, Routes::read);
        List<Set<Integer>> devices = new ArrayList<>();
        for (int i = 0; i < replies.size(); i += 2) {
            Set<Integer> both = new TreeSet<>();
            replies.subList(i, i + 2).stream().map(NetlinkReply::data).filter(found -> found != null)
                    .forEach(both::addAll);
            devices.add(both);
        }
        return devices;
    }

    /** As {@link #devices}, for a single look from any thread; empty also where there is no rtnetlink. */
    public static Set<Integer> look(Way way) {
        try (Routes routes = new Routes()) {
            return routes.devices(List.of(way)).getFirst();
        } catch (LinuxException refused) {
            return Set.of();
        }
    }

    /** The ARPHRD number of a device; empty when there is none. */
    public OptionalInt linkType(int device) {
        NetlinkRequest request = new NetlinkRequest(RTM_GETLINK,
                out -> out.fixed(IFINFOMSG_SIZE).set(Native.U32, IFI_INDEX, device));
        Integer type = client.transact(List.of(request), Routes::readType).getFirst().data();
        return type == null ? OptionalInt.empty() : OptionalInt.of(type);
    }

    private static NetlinkRequest request(Way way, int flags) {
        boolean v4 = way.destination().isV4();
        return new NetlinkRequest(RTM_GETROUTE, out -> {
            MemorySegment fixed = out.fixed(RTMSG_SIZE);
            fixed.set(Native.U8, RTM_FAMILY, (byte) (v4 ? Sockets.AF_INET : Sockets.AF_INET6));
            fixed.set(Native.U8, RTM_DST_LEN, (byte) way.destination().bits());
            fixed.set(Native.U8, RTM_SRC_LEN, (byte) way.source().bits());
            fixed.set(Native.U32, RTM_FLAGS, flags);
            address(out, RTA_DST, way.destination());
            address(out, RTA_SRC, way.source());
            if (way.mark() != 0) {
                out.u32(RTA_MARK, way.mark());
            }
        });
    }

    private static void address(NetlinkWriter out, int attribute, IpAddress address) {
        byte[] octets = address.octets().borrow();
        MemorySegment.copy(octets, 0, out.attribute(attribute, octets.length), Native.U8, 0, octets.length);
    }

    private static @Nullable Set<Integer> read(NetlinkMessage message) {
        if (message.type() != RTM_NEWROUTE) {
            return null;
        }
        Attributes attributes = message.attributes(RTMSG_SIZE);
        Set<Integer> devices = new TreeSet<>();
        devices.add(attributes.u32(RTA_OIF, 0));
        MemorySegment hops = attributes.get(RTA_MULTIPATH, RTNEXTHOP_SIZE);
        long at = 0;
        while (hops != null && hops.byteSize() - at >= RTNEXTHOP_SIZE) {
            int length = Short.toUnsignedInt(hops.get(Native.U16, at));
            devices.add(hops.get(Native.U32, at + RTNH_IFINDEX));
            at += length < RTNEXTHOP_SIZE ? hops.byteSize() : length + 3 & ~3;
        }
        devices.remove(0);
        return devices;
    }

    private static @Nullable Integer readType(NetlinkMessage message) {
        MemorySegment fixed = message.type() == RTM_NEWLINK ? message.fixed(IFINFOMSG_SIZE) : null;
        return fixed == null ? null : Short.toUnsignedInt(fixed.get(Native.U16, IFI_TYPE));
    }

    @Override
    public void close() {
        client.close();
    }

    private static final int NETLINK_ROUTE = 0;

    private static final int RTM_NEWLINK = 16;
    private static final int RTM_GETLINK = 18;
    /** struct ifinfomsg. */
    private static final int IFINFOMSG_SIZE = 16;
    private static final long IFI_TYPE = 2;
    private static final long IFI_INDEX = 4;

    private static final int RTM_NEWROUTE = 24;
    private static final int RTM_GETROUTE = 26;
    /** struct rtmsg. */
    private static final int RTMSG_SIZE = 12;
    private static final long RTM_FAMILY = 0;
    private static final long RTM_DST_LEN = 1;
    private static final long RTM_SRC_LEN = 2;
    private static final long RTM_FLAGS = 8;
    private static final int RTM_F_FIB_MATCH = 0x2000;
    private static final int RTA_DST = 1;
    private static final int RTA_SRC = 2;
    private static final int RTA_OIF = 4;
    private static final int RTA_MULTIPATH = 9;
    private static final int RTA_MARK = 16;
    /** struct rtnexthop. */
    private static final int RTNEXTHOP_SIZE = 8;
    private static final long RTNH_IFINDEX = 4;
}
