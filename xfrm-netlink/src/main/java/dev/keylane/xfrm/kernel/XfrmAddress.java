package dev.keylane.xfrm.kernel;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.wire.Octets;
import dev.keylane.linux.Sockets;
import dev.keylane.netlink.Native;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SequenceLayout;
import org.jspecify.annotations.Nullable;

/** xfrm_address_t: 16 octets, an IPv4 address in the first four. */
final class XfrmAddress {
    static final SequenceLayout LAYOUT = MemoryLayout.sequenceLayout(16, Native.U8);

    private XfrmAddress() {
    }

    static void emit(MemorySegment target, long at, IpAddress address) {
        byte[] octets = address.octets().borrow();
        MemorySegment.copy(octets, 0, target, Native.U8, at, octets.length);
    }

    /** Null when the family is neither IPv4 nor IPv6. */
    static @Nullable IpAddress parse(MemorySegment source, long at, int family) {
        int length = length(family);
        return length == 0
                ? null
                : new IpAddress(Octets.wrap(source.asSlice(at, length).toArray(Native.U8)));
    }

    static int family(IpAddress address) {
        return address.isV4() ? Sockets.AF_INET : Sockets.AF_INET6;
    }

    private static int length(int family) {
        return family == Sockets.AF_INET ? 4 : family == Sockets.AF_INET6 ? 16 : 0;
    }
}
