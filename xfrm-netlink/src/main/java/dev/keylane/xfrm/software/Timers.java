package dev.keylane.xfrm.software;

import java.time.Duration;

/** The clock, and work that waits for it; tests move it by hand. */
public interface Timers {
    /** Wall time, for the time of last use. */
    long unixSeconds();

    /** Runs {@code work} once, not earlier than {@code delay} from now, on a thread of the timers' own. */
    Timer after(Duration delay, Runnable work);

    /** Work that waits. */
    @FunctionalInterface
    interface Timer {
        /** Forgets the work unless it runs already. */
        void cancel();
    }
}
