package dev.keylane.pcpu;

import java.time.Duration;

/**
 * @param cpus           CPUs that may have an SA of their own; empty makes an ordinary child of it
 * @param limit          CPUs that get an SA of their own, at the most; what the peer adds by itself is not held back
 * @param acquireExpires how long the kernel keeps an acquire nobody answers
 * @param retryFirst     hold-off after a failed request; it doubles with each failure in a row
 * @param retryMost      the longest hold-off
 * @param grace          an acquire this soon after its SA came up is an old one that crossed with it
 */
public record PlanSettings(CpuSet cpus, int limit, Duration acquireExpires, Duration retryFirst, Duration retryMost,
                           Duration grace) {
    public static PlanSettings of(CpuSet cpus, int limit, Duration acquireExpires) {
        return new PlanSettings(cpus, limit, acquireExpires, Duration.ofSeconds(10), Duration.ofMinutes(10),
                Duration.ofSeconds(2));
    }

    /** The hold-off after {@code failures} in a row, 1 or more. */
    Duration retryAfter(int failures) {
        Duration wait = retryFirst.multipliedBy(1L << Math.min(failures - 1, LARGEST_SHIFT));
        return wait.compareTo(retryMost) > 0 ? retryMost : wait;
    }

    private static final int LARGEST_SHIFT = 20;
}
