package dev.keylane.daemon.control;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How long things took.
 *
 * @param counts  how many took as long as each of {@link #BOUNDS} at the most, but longer than the one before; the last are
 *                those that took longer than all
 * @param seconds all together
 */
public record LatencyCount(List<Long> counts, double seconds) {
    /** Seconds. */
    public static final List<Double> BOUNDS =
            List.of(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0);
    public static final LatencyCount NONE = new LatencyCount(Collections.nCopies(BOUNDS.size() + 1, 0L), 0);

    public LatencyCount {
        counts = List.copyOf(counts);
    }

    public long total() {
        return counts.stream().mapToLong(Long::longValue).sum();
    }

    public LatencyCount plus(Duration took) {
        double more = Math.max(0, took.toNanos() / 1e9);
        int bucket = 0;
        while (bucket < BOUNDS.size() && more > BOUNDS.get(bucket)) {
            bucket++;
        }
        List<Long> fresh = new ArrayList<>(counts);
        fresh.set(bucket, fresh.get(bucket) + 1);
        return new LatencyCount(fresh, seconds + more);
    }
}
