package dev.keylane.daemon.boot;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The time of day as it was at the start, plus what has passed since: a machine whose clock is set must not rekey, or
 * give up on, all its peers at once.
 */
final class SteadyClock implements InstantSource {
    private final Instant start = Instant.now();
    private final long startNanos = System.nanoTime();

    @Override
    public Instant instant() {
        return start.plus(Duration.ofNanos(System.nanoTime() - startNanos));
    }
}
