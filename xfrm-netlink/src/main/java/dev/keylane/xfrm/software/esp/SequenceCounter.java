package dev.keylane.xfrm.software.esp;

import java.util.concurrent.atomic.AtomicLong;

/** Numbers outbound packets, each once, whichever threads ask. */
public final class SequenceCounter {
    /** Answered when no number is left. */
    public static final long EXHAUSTED = 0;

    private final AtomicLong last;
    private final long limit;

    public SequenceCounter(boolean esn) {
        this(esn, 0);
    }

    /**
     * @param last the number used last, as an unsigned value
     */
    public SequenceCounter(boolean esn, long last) {
        this.last = new AtomicLong(last);
        this.limit = esn ? -1 : 0xffff_ffffL;
    }

    /** The next number from 1, unsigned, or {@link #EXHAUSTED} from then on. */
    public long next() {
        while (true) {
            long used = last.get();
            // RFC 4303 §3.3.3: the sender's counter MUST NOT be allowed to cycle.
            if (used == limit) {
                return EXHAUSTED;
            }
            if (last.compareAndSet(used, used + 1)) {
                return used + 1;
            }
        }
    }
}
