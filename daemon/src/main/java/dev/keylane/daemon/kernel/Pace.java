package dev.keylane.daemon.kernel;

import java.time.Duration;
import java.time.Instant;

/** How often the children of one device are made anew at the most: a link that flaps must not keep both ends busy. */
final class Pace {
    private Instant last = Instant.MIN;
    private Instant until = Instant.MIN;
    private Duration wait = SHORTEST;

    /** When it may be done, not before {@code now}; that it is done at {@code now} is taken for granted then. */
    Instant next(Instant now) {
        if (now.isBefore(until) && !now.equals(last)) {
            return until;
        }
        if (!now.equals(last)) {
            boolean calm = last.equals(Instant.MIN) || now.isAfter(last.plus(CALM));
            wait = calm ? SHORTEST : wait.compareTo(LONGEST) < 0 ? wait.multipliedBy(2) : LONGEST;
            last = now;
            until = now.plus(wait);
        }
        return now;
    }

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(16);
    private static final Duration CALM = Duration.ofMinutes(1);
}
