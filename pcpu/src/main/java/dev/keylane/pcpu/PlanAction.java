package dev.keylane.pcpu;

import dev.keylane.ike.child.Selectors;
import org.jspecify.annotations.Nullable;

/** What a {@link PerCpuPlan} wants done, in this order. */
public sealed interface PlanAction {
    /** Bring up the SA that serves every CPU. Answered by {@link PlanEvent.RequestEnded} without a CPU. */
    record RequestFallback(int seq, @Nullable Selectors packet) implements PlanAction {
    }

    /**
     * Bring up one more SA, for this CPU. Answered by {@link PlanEvent.RequestEnded}.
     *
     * @param seq the acquire's number, 0 when there was none
     */
    record RequestCpu(int cpu, int seq, @Nullable Selectors packet) implements PlanAction {
    }

    /** Set the acquire flag of the outbound policies. */
    record Arm() implements PlanAction {
    }

    /** Clear it; packets of CPUs without an SA of their own pass again at once, over the fallback. */
    record Disarm() implements PlanAction {
    }

    /**
     * Watch the fallback SAs: tell by {@link PlanEvent.CpuSends} when one of these CPUs sends over one, once for each
     * since it came into this set. It takes the place of the set before; empty ends it. Only where sends are observed.
     */
    record Observe(CpuSet cpus) implements PlanAction {
    }

    /** Answer at once with {@link PlanEvent.Senders}. Only where sends are observed. */
    record CountSenders() implements PlanAction {
    }

    /** Delete the SAs of this CPU, which is gone. */
    record GiveUp(int cpu) implements PlanAction {
    }

    /**
     * Replace the outbound policies by themselves: connected sockets stay on the SA they once found until then. May be
     * put off for a moment, to do it once for many SAs.
     */
    record RefreshSockets() implements PlanAction {
    }
}
