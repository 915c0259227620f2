package dev.keylane.daemon.kernel;

import java.time.Duration;
import java.time.Instant;

/**
 * A child that is to be made anew.
 *
 * @param device that lost its keys, empty for none
 * @param at     when it is looked at next
 * @param asked  how often that has been begun
 */
record LostChild(String device, Instant at, int asked) {
    static LostChild on(String device, Instant now) {
        return new LostChild(device, now, 0);
    }

    /** Something has changed: who waits for a device looks again. */
    LostChild sinceNews(Instant now) {
        return asked == 0 && at.isAfter(now) ? new LostChild(device, now, 0) : this;
    }

    /** A link that was cut is there again, and with it the peer, perhaps: whoever waits begins anew. */
    LostChild restored(Instant now) {
        return new LostChild(device, now, 0);
    }

    /**
     * Whether the link has just come up, so that what waits for an answer was sent into the void. Later it is the peer that
     * does not answer, who is given up in the end.
     */
    boolean isJustRestored() {
        return asked < SOON;
    }

    /** There is no device for it yet, or no address. */
    LostChild later(Instant now) {
        return new LostChild(device, now.plus(LOOK), 0);
    }

    LostChild at(Instant time) {
        return new LostChild(device, time, asked);
    }

    /** A link that has just come up may lose the first packets; what is under way is not begun once more by this. */
    LostChild again(Instant now) {
        Duration wait = asked < SOON ? FIRST.multipliedBy(1L << asked)
                : LATER.multipliedBy(1L << Math.min(asked - SOON, MOST_DOUBLINGS));
        return new LostChild(device, now.plus(wait), asked + 1);
    }

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration FIRST = Duration.ofMillis(150);
    private static final int SOON = 3;
    private static final Duration LATER = Duration.ofSeconds(5);
    private static final int MOST_DOUBLINGS = 4;
}
