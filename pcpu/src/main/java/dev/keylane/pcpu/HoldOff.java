package dev.keylane.pcpu;

import java.time.Duration;
import java.time.Instant;

/**
 * How long nothing is asked for after a failure: twice as long after each in a row. Requests run side by side; those that
 * fail during a hold-off belong to the failure that began it.
 */
final class HoldOff {
    private final Duration first;
    private final Duration most;
    private Instant until = Instant.MIN;
    private int failures;

    HoldOff(Duration first, Duration most) {
        this.first = first;
        this.most = most;
    }

    void failed(Instant now) {
        if (!isOver(now)) {
            return;
        }
        Duration wait = first.multipliedBy(1L << Math.min(failures++, LARGEST_SHIFT));
        until = now.plus(wait.compareTo(most) > 0 ? most : wait);
    }

    /** The next failure will be the first of its row; one that is being waited for is. */
    void succeeded() {
        failures = 0;
    }

    void forget() {
        failures = 0;
        until = Instant.MIN;
    }

    boolean isOver(Instant now) {
        return !now.isBefore(until);
    }

    /** {@link Instant#MIN} when there was none. */
    Instant until() {
        return until;
    }

    private static final int LARGEST_SHIFT = 20;
}
