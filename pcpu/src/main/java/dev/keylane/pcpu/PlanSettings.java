package dev.keylane.pcpu;

import dev.keylane.ike.policy.PerCpuMode;
import dev.keylane.ike.policy.PerCpuOptions;
import java.time.Duration;

/**
 * @param cpus     CPUs that may have an SA of their own; empty makes an ordinary child of it
 * @param limit    CPUs that get an SA of their own, at the most; what the peer adds by itself is not held back
 * @param observed whether somebody watches which CPUs send over the fallback SA, see {@link PlanAction.Observe}.
 *                 Otherwise the kernel's acquires tell, see {@link PlanAction.Arm}
 */
public record PlanSettings(CpuSet cpus, int limit, PerCpuMode mode, boolean observed, Pace pace) {
    /**
     * On demand, by acquires.
     *
     * @param acquireExpires how long the kernel keeps an acquire nobody answers
     */
    public static PlanSettings of(CpuSet cpus, int limit, Duration acquireExpires) {
        return new PlanSettings(cpus, limit, PerCpuMode.DEMAND, false, Pace.of(acquireExpires));
    }

    /** As the operator wants it, by acquires. */
    public static PlanSettings of(CpuSet cpus, PerCpuOptions options, Duration acquireExpires) {
        return of(cpus, options.limit() == 0 ? Integer.MAX_VALUE : options.limit(), acquireExpires)
                .with(options.mode());
    }

    public PlanSettings with(PerCpuMode other) {
        return new PlanSettings(cpus, limit, other, observed, pace);
    }

    public PlanSettings observed(boolean whether) {
        return new PlanSettings(cpus, limit, mode, whether, pace);
    }

    /**
     * How long things take.
     *
     * @param acquireExpires how long the kernel keeps an acquire nobody answers
     * @param retryFirst     hold-off after a failed request; it doubles with each failure in a row
     * @param retryMost      the longest hold-off
     * @param grace          an acquire this soon after its SA came up is an old one that crossed with it
     * @param leaving        how long a CPU that went away keeps its SAs
     * @param courtesy       how long a peer gets to ask by itself for what we would ask for
     */
    public record Pace(Duration acquireExpires, Duration retryFirst, Duration retryMost, Duration grace,
                       Duration leaving, Duration courtesy) {
        static Pace of(Duration acquireExpires) {
            return new Pace(acquireExpires, Duration.ofSeconds(10), Duration.ofMinutes(10), Duration.ofSeconds(2),
                    Duration.ofSeconds(10), Duration.ofSeconds(3));
        }
    }
}
