package dev.keylane.pcpu;

import dev.keylane.ike.child.Resource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * RFC 9611 for one child configuration and peer: asks for the fallback SA when there is traffic, then for an SA for
 * each CPU that sends, until all have one or the peer takes no more.
 *
 * <p>The acquire flag of a policy (XFRM_POLICY_CPU_ACQUIRE) makes Linux raise an acquire for a CPU without an SA of
 * its own. While that acquire is pending, Linux drops the packets of every such CPU instead of sending them over the
 * fallback; clearing the flag restores the fallback at once. So the flag is set only while nothing is pending:
 *
 * <pre>
 *   fallback up, some CPU lacks an SA ──Arm──▶ armed ──acquire(n): Disarm, RequestCpu(n)──▶ waiting
 *        ▲                                                                                    │
 *        └──── SA of n up, or: request failed, larval state expired and hold-off over ◀───────┘
 * </pre>
 */
public final class PerCpuPlan {
    private final PlanSettings settings;
    private final Coverage coverage = new Coverage();
    private final Set<Integer> asked = new TreeSet<>();
    private final List<Resource> halves = new ArrayList<>();
    private final Map<Integer, Instant> larvae = new TreeMap<>();
    private CpuSet cpus;
    private boolean fallbackAsked;
    private boolean armed;
    private int refusedAt = NOT_REFUSED;
    private int failures;
    private Instant holdUntil = Instant.MIN;

    public PerCpuPlan(PlanSettings settings) {
        this.settings = settings;
        this.cpus = settings.cpus();
    }

    public List<PlanAction> on(PlanEvent event, Instant now) {
        List<PlanAction> actions = new ArrayList<>();
        switch (event) {
            case PlanEvent.ChildUp up -> {
                childUp(up.resource(), now);
                hatched(up.resource());
            }
            case PlanEvent.ChildHalfUp half -> {
                childUp(half.resource(), now);
                halves.add(half.resource());
            }
            case PlanEvent.ChildCompleted complete -> {
                halves.remove(complete.resource());
                hatched(complete.resource());
            }
            case PlanEvent.ChildDown down -> childDown(down.resource());
            case PlanEvent.ChildHalfDown down -> {
                halves.remove(down.resource());
                childDown(down.resource());
            }
            case PlanEvent.Acquire acquire -> acquire(acquire, now, actions);
            case PlanEvent.LarvalExpired expired -> larvae.remove(expired.cpu());
            case PlanEvent.RequestEnded ended -> requestEnded(ended, now);
            case PlanEvent.QueueFull _ -> refusedAt = coverage.total();
            case PlanEvent.EventsLost _ -> holdFor(settings.acquireExpires(), now);
            case PlanEvent.CpusChanged changed -> cpus = changed.cpus();
            case PlanEvent.TimeReached _ -> { }
        }
        boolean replaced = settle(now, actions);
        if (!replaced && makesCpuSend(event)) {
            actions.add(new PlanAction.RefreshSockets());
        }
        return actions;
    }

    private static boolean makesCpuSend(PlanEvent event) {
        return event instanceof PlanEvent.ChildUp(Resource up) && up.isBound()
                || event instanceof PlanEvent.ChildCompleted(Resource done) && done.isBound();
    }

    /** Empty while only events can change anything. */
    public Optional<Instant> nextTimeout() {
        if (armed || !wouldArm()) {
            return Optional.empty();
        }
        return larvae.values().stream().reduce(PerCpuPlan::later)
                .map(larva -> later(larva, holdUntil))
                .or(() -> Optional.of(holdUntil).filter(hold -> !hold.equals(Instant.MIN)));
    }

    /** Whether the acquire flag is set. */
    public boolean isArmed() {
        return armed;
    }

    /** Whether anything is up, asked for or pending: a plan without may be forgotten. */
    public boolean isIdle() {
        return coverage.total() == 0 && asked.isEmpty() && !fallbackAsked && larvae.isEmpty();
    }

    private void childUp(Resource resource, Instant now) {
        if (coverage.total() == 0) {
            // RFC 9611 §5: after TS_MAX_QUEUE ask again only when an SA was deleted or the IKE SA was made anew.
            refusedAt = NOT_REFUSED;
            release();
        }
        coverage.up(resource, now);
    }

    private void hatched(Resource resource) {
        if (resource.isBound()) {
            // A state for this CPU takes the place of the kernel's larval one.
            larvae.remove(resource.cpu());
        }
    }

    private void childDown(Resource resource) {
        coverage.down(resource);
        if (coverage.total() < refusedAt) {
            refusedAt = NOT_REFUSED;
        }
    }

    private void acquire(PlanEvent.Acquire acquire, Instant now, List<PlanAction> actions) {
        int cpu = acquire.cpu();
        if (cpu != Resource.UNBOUND) {
            larvae.put(cpu, now.plus(settings.acquireExpires()));
            settle(now, actions);
        }
        if (cpu == Resource.UNBOUND || !coverage.servesAll()) {
            acquireForAll(acquire, now, actions);
        } else if (wantsFor(cpu, now)) {
            asked.add(cpu);
            actions.add(new PlanAction.RequestCpu(cpu, acquire.seq(), acquire.packet()));
        }
    }

    private void acquireForAll(PlanEvent.Acquire acquire, Instant now, List<PlanAction> actions) {
        boolean crossed = coverage.servesAll() && within(coverage.since(Resource.UNBOUND), settings.grace(), now);
        if (!fallbackAsked && !crossed) {
            fallbackAsked = true;
            actions.add(new PlanAction.RequestFallback(acquire.seq(), acquire.packet()));
        }
    }

    /** A CPU that has an SA may still be asked for: when Linux overlooks that SA, a newer one cures it. */
    private boolean wantsFor(int cpu, Instant now) {
        boolean crossed = coverage.covers(cpu) && within(coverage.since(cpu), settings.grace(), now);
        return mayAsk() && cpus.contains(cpu) && !crossed && !asked.contains(cpu) && !now.isBefore(holdUntil)
                && coverage.cpus() + asked.size() < settings.limit();
    }

    private void requestEnded(PlanEvent.RequestEnded ended, Instant now) {
        if (ended.cpu() == Resource.UNBOUND) {
            fallbackAsked = false;
        } else if (asked.remove(ended.cpu())) {
            if (ended.succeeded()) {
                release();
            } else {
                failures++;
                holdFor(settings.retryAfter(failures), now);
            }
        }
    }

    private void release() {
        failures = 0;
        holdUntil = Instant.MIN;
    }

    private void holdFor(Duration wait, Instant now) {
        holdUntil = later(holdUntil, now.plus(wait));
    }

    /** Sets or clears the flag as the moment wants it; answers whether the policies were replaced by that. */
    private boolean settle(Instant now, List<PlanAction> actions) {
        larvae.values().removeIf(expiry -> !now.isBefore(expiry));
        boolean want = wouldArm() && larvae.isEmpty() && !now.isBefore(holdUntil);
        if (want == armed) {
            return false;
        }
        armed = want;
        actions.add(want ? new PlanAction.Arm() : new PlanAction.Disarm());
        return true;
    }

    private boolean wouldArm() {
        return mayAsk() && asked.isEmpty() && halves.isEmpty() && coverage.cpus() < settings.limit() && !coverage.coversAll(cpus);
    }

    private boolean mayAsk() {
        return coverage.hasFallback() && !coverage.hasOrdinary() && refusedAt == NOT_REFUSED;
    }

    private static boolean within(Instant start, Duration span, Instant now) {
        return !start.equals(Instant.MIN) && now.isBefore(start.plus(span));
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private static final int NOT_REFUSED = -1;
}
