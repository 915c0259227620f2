package dev.keylane.xfrm.kernel;

import static dev.keylane.netlink.Native.U32;

import dev.keylane.netlink.Native;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** struct xfrm_stats: packets a state refused, by reason. */
final class XfrmStats {
    static final StructLayout LAYOUT = MemoryLayout.structLayout(U32.withName("replay_window"),
            U32.withName("replay"), U32.withName("integrity_failed"));

    private static final long REPLAY_WINDOW = Native.offset(LAYOUT, "replay_window");
    private static final long REPLAY = Native.offset(LAYOUT, "replay");
    private static final long INTEGRITY_FAILED = Native.offset(LAYOUT, "integrity_failed");

    private XfrmStats() {
    }

    /** Too old for the window, or seen before. */
    static long replayed(MemorySegment source, long at) {
        return unsigned(source, at + REPLAY_WINDOW) + unsigned(source, at + REPLAY);
    }

    static long unauthentic(MemorySegment source, long at) {
        return unsigned(source, at + INTEGRITY_FAILED);
    }

    private static long unsigned(MemorySegment source, long at) {
        return Integer.toUnsignedLong(source.get(U32, at));
    }
}
