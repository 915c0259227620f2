package dev.keylane.xfrm.kernel;

import static dev.keylane.netlink.Native.U64;

import dev.keylane.netlink.Native;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** struct xfrm_lifetime_cur: what a state has done so far. */
final class LifetimeCur {
    static final StructLayout LAYOUT = MemoryLayout.structLayout(U64.withName("bytes"), U64.withName("packets"),
            U64.withName("add_time"), U64.withName("use_time"));

    private static final long BYTES = Native.offset(LAYOUT, "bytes");
    private static final long PACKETS = Native.offset(LAYOUT, "packets");
    private static final long USE_TIME = Native.offset(LAYOUT, "use_time");

    private LifetimeCur() {
    }

    static long bytes(MemorySegment source, long at) {
        return source.get(U64, at + BYTES);
    }

    /** Unix seconds, 0 for never. */
    static long useTime(MemorySegment source, long at) {
        return source.get(U64, at + USE_TIME);
    }

    static long packets(MemorySegment source, long at) {
        return source.get(U64, at + PACKETS);
    }
}
