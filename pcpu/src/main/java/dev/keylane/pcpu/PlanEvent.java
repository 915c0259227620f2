package dev.keylane.pcpu;

import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.Selectors;
import org.jspecify.annotations.Nullable;

/** What a {@link PerCpuPlan} learns. CPUs are numbers, {@link Resource#UNBOUND} stands for none. */
public sealed interface PlanEvent {
    /**
     * An SA of this child is installed, whoever asked for it. {@link Resource#NONE} tells that the peer does not
     * support SAs per resource.
     */
    record ChildUp(Resource resource) implements PlanEvent {
    }

    /**
     * An SA that receives, but does not send yet: the kernel goes on as if it were not there, and would raise an acquire
     * for its CPU.
     */
    record ChildHalfUp(Resource resource) implements PlanEvent {
    }

    /** One that was half up sends now. */
    record ChildCompleted(Resource resource) implements PlanEvent {
    }

    record ChildDown(Resource resource) implements PlanEvent {
    }

    /** One that was half up will never send. */
    record ChildHalfDown(Resource resource) implements PlanEvent {
    }

    /**
     * The kernel wants an SA.
     *
     * @param seq    the acquire's number, to be handed back in the request
     * @param packet the packet's selectors, null when unknown
     */
    record Acquire(int cpu, int seq, @Nullable Selectors packet) implements PlanEvent {
    }

    /** This CPU sends over a fallback SA, which was asked for by {@link PlanAction.Observe}. */
    record CpuSends(int cpu) implements PlanEvent {
    }

    /** All that have sent over SAs of this child of late. */
    record Senders(CpuSet cpus) implements PlanEvent {
    }

    /** Sends can be observed from now on. */
    record ObserverReady() implements PlanEvent {
    }

    /** They cannot any more. */
    record ObserverLost() implements PlanEvent {
    }

    /** An acquire nobody answered is gone from the kernel. */
    record LarvalExpired(int cpu) implements PlanEvent {
    }

    /** A request this plan made has come to its end; the SA, if there is one, has been reported before. */
    record RequestEnded(int cpu, boolean succeeded) implements PlanEvent {
    }

    /** The peer refused with TS_MAX_QUEUE or NO_ADDITIONAL_SAS. */
    record QueueFull() implements PlanEvent {
    }

    /** Acquires may have been lost on the way here. */
    record EventsLost() implements PlanEvent {
    }

    /** CPUs that may have an SA of their own from now on. */
    record CpusChanged(CpuSet cpus) implements PlanEvent {
    }

    /**
     * SAs are for lanes from now on, which take the place of CPUs: shares of the flows that the kernel or a device tells
     * apart. Nobody tells which of them would be used, so all are asked for, until {@link CpusChanged}.
     *
     * @param later whether the peer is likely to ask: what it asks for serves us as well
     */
    record Divided(CpuSet lanes, boolean later) implements PlanEvent {
    }

    /** The time {@link PerCpuPlan#nextTimeout} named has come. */
    record TimeReached() implements PlanEvent {
    }
}
