package dev.keylane.ike.sa;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.crypto.RandomSource;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where the peer has replaced an SA of all CPUs, those of single CPUs are made anew after it, as after one that we
 * replace. A peer that does so by itself is left alone: as long as it goes on replacing them, nothing is done here.
 */
final class Followers {
    private final Map<String, Long> fallbacks = new HashMap<>(0);
    private final Deadlines deadlines = new Deadlines();

    /** The peer's new SA is installed. */
    void peerReplaced(ChildSa fresh, RandomSource random, Instant now) {
        if (!fresh.resource().perCpu()) {
            return;
        }
        if (!fresh.resource().isBound()) {
            Long before = fallbacks.put(fresh.name(), fresh.id());
            if (before != null) {
                deadlines.remove(before);
            }
        }
        Long fallback = fallbacks.get(fresh.name());
        if (fallback != null) {
            deadlines.set(fallback, now.plus(DELAY).plusMillis(Math.floorMod(random.nextLong(), DELAY.toMillis())));
        }
    }

    /** A child of all CPUs, if the peer has been idle for a while, that older ones of single CPUs are to follow. */
    OptionalLong takeDue(Instant now) {
        OptionalLong due = deadlines.takeDue(now);
        due.ifPresent(fallbacks.values()::remove);
        return due;
    }

    Optional<Instant> next() {
        return deadlines.next();
    }

    private static final Duration DELAY = Duration.ofSeconds(3);
}
