package dev.keylane.netlink;

import dev.keylane.linux.Fd;
import dev.keylane.linux.LinuxException;
import dev.keylane.linux.Sockets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** A netlink socket of one family, in the network namespace of the thread that opened it. */
final class NetlinkSocket implements AutoCloseable {
    /** struct sockaddr_nl. */
    static final StructLayout ADDRESS = MemoryLayout.structLayout(Native.U16.withName("nl_family"),
            Native.padding(2), Native.U32.withName("nl_pid"), Native.U32.withName("nl_groups"));

    private final Fd fd;

    private NetlinkSocket(Fd fd) {
        this.fd = fd;
    }

    /**
     * @param groups        bit n-1 for multicast group n, 0 for a socket that asks
     * @param receiveOctets size of the receive buffer, as far as we are allowed
     */
    static NetlinkSocket open(int family, int groups, int receiveOctets) {
        Fd fd = Sockets.socket(Sockets.AF_NETLINK, Sockets.SOCK_RAW, family);
        try {
            if (Sockets.setOption(fd, Sockets.SOL_SOCKET, Sockets.SO_RCVBUFFORCE, receiveOctets) < 0) {
                Sockets.setOption(fd, Sockets.SOL_SOCKET, Sockets.SO_RCVBUF, receiveOctets);
            }
            // Both are niceties: a kernel without them sends longer acknowledgements without text.
            Sockets.setOption(fd, SOL_NETLINK, NETLINK_CAP_ACK, 1);
            Sockets.setOption(fd, SOL_NETLINK, NETLINK_EXT_ACK, 1);
            bind(fd, groups);
            return new NetlinkSocket(fd);
        } catch (LinuxException failed) {
            fd.close();
            throw failed;
        }
    }

    private static void bind(Fd fd, int groups) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(ADDRESS);
            address.set(Native.U16, Native.offset(ADDRESS, "nl_family"), (short) Sockets.AF_NETLINK);
            address.set(Native.U32, Native.offset(ADDRESS, "nl_groups"), groups);
            LinuxException.check("bind netlink socket", Sockets.bind(fd, address));
        }
    }

    /** Of any number, also beyond those that {@link #open} takes. 0 or a negated errno. */
    int join(int group) {
        return Sockets.setOption(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);
    }

    Fd fd() {
        return fd;
    }

    /** 0 or a negated errno. */
    int send(MemorySegment messages) {
        return Math.min(0, Sockets.send(fd, messages, 0));
    }

    /** Octets received, or a negated errno: EAGAIN when there is nothing. */
    int receive(MemorySegment buffer) {
        return Sockets.receive(fd, buffer, Sockets.MSG_DONTWAIT | Sockets.MSG_TRUNC);
    }

    @Override
    public void close() {
        fd.close();
    }

    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_ADD_MEMBERSHIP = 1;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;
}
