package dev.keylane.ike.endpoint;

import java.time.Duration;
import java.time.Instant;

/** At most so many in a second: for answers to messages of which nothing is known. */
final class RateLimit {
    private final int perSecond;
    private Instant second = Instant.MIN;
    private int spent;

    RateLimit(int perSecond) {
        this.perSecond = perSecond;
    }

    boolean allows(Instant now) {
        // A clock that was set back starts a new second as well.
        if (!second.plus(ONE).isAfter(now) || now.isBefore(second)) {
            second = now;
            spent = 0;
        }
        return spent++ < perSecond;
    }

    private static final Duration ONE = Duration.ofSeconds(1);
}
