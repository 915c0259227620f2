package dev.keylane.xfrm.kernel;

import static dev.keylane.netlink.Native.U32;

import dev.keylane.netlink.Native;
import dev.keylane.netlink.NetlinkWriter;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** struct xfrm_replay_state_esn, XFRMA_REPLAY_ESN_VAL; a bitmap of {@code bmp_len} words follows it. */
final class ReplayStateEsn {
    static final StructLayout LAYOUT = MemoryLayout.structLayout(U32.withName("bmp_len"), U32.withName("oseq"),
            U32.withName("seq"), U32.withName("oseq_hi"), U32.withName("seq_hi"), U32.withName("replay_window"));

    private static final long BMP_LEN = Native.offset(LAYOUT, "bmp_len");
    private static final long REPLAY_WINDOW = Native.offset(LAYOUT, "replay_window");
    private static final int SIZE = (int) LAYOUT.byteSize();

    /** XFRMA_REPLAY_ESN_MAX is 128; one more lets the kernel itself say that a window is too big. */
    private static final int MAX_WORDS = 129;

    private ReplayStateEsn() {
    }

    /**
     * A state that has sent and seen nothing.
     *
     * @param window packets, 0 for an outbound state
     */
    static void write(NetlinkWriter out, int window) {
        int words = Math.min((window + 31) / 32, MAX_WORDS);
        MemorySegment value = out.attribute(XfrmAttribute.REPLAY_ESN_VAL, SIZE + 4 * words);
        value.set(U32, BMP_LEN, words);
        value.set(U32, REPLAY_WINDOW, window);
    }
}
