package dev.keylane.daemon.vici.view;

import java.time.Duration;
import java.time.Instant;

/** Distances in whole seconds, never negative. */
final class Seconds {
    private Seconds() {
    }

    static long between(Instant earlier, Instant later) {
        return Math.max(0, Duration.between(earlier, later).toSeconds());
    }
}
