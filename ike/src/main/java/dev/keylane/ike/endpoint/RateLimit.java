package dev.keylane.ike.endpoint;

import java.time.Instant;

/** At most so many in a second: for answers to messages of which nothing is known. */
final class RateLimit {
    private final int perSecond;
    private long second = Long.MIN_VALUE;
    private int spent;

    RateLimit(int perSecond) {
        this.perSecond = perSecond;
    }

    boolean allows(Instant now) {
        boolean left = hasLeft(now);
        spent += left ? 1 : 0;
        return left;
    }

    boolean hasLeft(Instant now) {
        // A clock that was set back starts a new second as well.
        if (now.getEpochSecond() != second) {
            second = now.getEpochSecond();
            spent = 0;
        }
        return spent < perSecond;
    }
}
