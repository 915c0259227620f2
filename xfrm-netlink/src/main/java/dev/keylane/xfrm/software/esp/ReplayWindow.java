package dev.keylane.xfrm.software.esp;

/**
 * Which numbers have been received, RFC 4303 §3.4.3. A packet's number is inferred, looked up, and only after its
 * checksum has proved right accepted. A window of 0 accepts everything. Numbers are unsigned 64-bit values.
 */
public final class ReplayWindow {
    public static final int MAX_SIZE = 4096;
    /** Answered by {@link #infer} when a packet can have no number that would be accepted. */
    public static final long NONE = 0;

    private final boolean esn;
    private final int size;
    private final long[] received;
    private final int ringMask;
    private long top;

    public ReplayWindow(boolean esn, int size) {
        this(esn, size, 0);
    }

    /**
     * @param top the highest number accepted so far; nothing else in the window counts as received
     */
    public ReplayWindow(boolean esn, int size, long top) {
        if (size < 0 || size > MAX_SIZE || esn && size == 0) {
            throw new IllegalArgumentException("a replay window of " + size);
        }
        int ring = Math.max(64, Integer.highestOneBit(Math.max(1, size - 1)) << 1);
        this.esn = esn;
        this.size = size;
        this.received = new long[ring >> 6];
        this.ringMask = ring - 1;
        this.top = top;
        if (top != 0) {
            mark(top);
        }
    }

    /** The whole number of a packet that carries the low 32 bits, RFC 4303 Appendix A2.2. */
    public long infer(int low) {
        long seqLow = low & LOW;
        if (!esn) {
            return seqLow;
        }
        long topLow = top & LOW;
        long topHigh = top >>> 32;
        long bottomLow = topLow - size + 1 & LOW;
        long high;
        if (topLow >= size - 1) {
            // Case A: the window lies within one span of 2^32 numbers.
            high = seqLow >= bottomLow ? topHigh : topHigh + 1;
        } else {
            // Case B: the window reaches back into the span before.
            high = seqLow >= bottomLow ? topHigh - 1 : topHigh;
        }
        return high < 0 || high > LOW ? NONE : high << 32 | seqLow;
    }

    /** Whether a packet of that number would be new. */
    public boolean admits(long seq) {
        if (size == 0) {
            return true;
        }
        // RFC 4303 §3.3.2: the first packet has number 1.
        if (seq == 0) {
            return false;
        }
        if (Long.compareUnsigned(seq, top) > 0) {
            return true;
        }
        return top - seq < size && top - seq >= 0 && (received[word(seq)] & bit(seq)) == 0;
    }

    /** Takes note of an authentic packet; false when it has come before or is too old. */
    public boolean accept(long seq) {
        if (!admits(seq)) {
            return false;
        }
        if (Long.compareUnsigned(seq, top) > 0) {
            forget(seq);
            top = seq;
        }
        mark(seq);
        return true;
    }

    /** The highest number accepted, 0 before the first. */
    public long top() {
        return top;
    }

    /** Clears what the ring still holds of numbers one turn ago. */
    private void forget(long seq) {
        long steps = seq - top;
        if (steps < 0 || steps > ringMask) {
            java.util.Arrays.fill(received, 0);
            return;
        }
        for (long n = top + 1; n != seq + 1; n++) {
            received[word(n)] &= ~bit(n);
        }
    }

    private void mark(long seq) {
        received[word(seq)] |= bit(seq);
    }

    private int word(long seq) {
        return (int) (seq & ringMask) >> 6;
    }

    private static long bit(long seq) {
        return 1L << (seq & 63);
    }

    private static final long LOW = 0xffff_ffffL;
}
