package dev.keylane.xfrm.kernel;

import static dev.keylane.netlink.Native.U64;

import dev.keylane.netlink.Native;
import dev.keylane.xfrm.Lifetime;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** struct xfrm_lifetime_cfg. No limit is all ones for octets and packets, zero for seconds. */
final class LifetimeCfg {
    static final StructLayout LAYOUT = MemoryLayout.structLayout(U64.withName("soft_byte_limit"),
            U64.withName("hard_byte_limit"), U64.withName("soft_packet_limit"), U64.withName("hard_packet_limit"),
            U64.withName("soft_add_expires_seconds"), U64.withName("hard_add_expires_seconds"),
            U64.withName("soft_use_expires_seconds"), U64.withName("hard_use_expires_seconds"));

    private static final long SOFT_BYTE_LIMIT = Native.offset(LAYOUT, "soft_byte_limit");
    private static final long HARD_BYTE_LIMIT = Native.offset(LAYOUT, "hard_byte_limit");
    private static final long SOFT_PACKET_LIMIT = Native.offset(LAYOUT, "soft_packet_limit");
    private static final long HARD_PACKET_LIMIT = Native.offset(LAYOUT, "hard_packet_limit");
    private static final long SOFT_ADD_EXPIRES = Native.offset(LAYOUT, "soft_add_expires_seconds");
    private static final long HARD_ADD_EXPIRES = Native.offset(LAYOUT, "hard_add_expires_seconds");
    private static final long XFRM_INF = -1;

    private LifetimeCfg() {
    }

    static void emit(MemorySegment target, long at, Lifetime lifetime) {
        target.set(U64, at + SOFT_BYTE_LIMIT, orInfinite(lifetime.softBytes()));
        target.set(U64, at + HARD_BYTE_LIMIT, orInfinite(lifetime.hardBytes()));
        target.set(U64, at + SOFT_PACKET_LIMIT, orInfinite(lifetime.softPackets()));
        target.set(U64, at + HARD_PACKET_LIMIT, orInfinite(lifetime.hardPackets()));
        target.set(U64, at + SOFT_ADD_EXPIRES, lifetime.softSeconds());
        target.set(U64, at + HARD_ADD_EXPIRES, lifetime.hardSeconds());
    }

    private static long orInfinite(long limit) {
        return limit == 0 ? XFRM_INF : limit;
    }
}
