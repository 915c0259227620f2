package dev.keylane.pcpu;

import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.Selectors;
import dev.keylane.ike.policy.PerCpuMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * RFC 9611 for one child configuration and peer: asks for the fallback SA when there is traffic, then for SAs of single
 * CPUs as its {@link PerCpuMode} says, until all have one or the peer takes no more.
 *
 * <p>Which CPUs send is told by an observer of the fallback SA, or else by the acquire flag of a policy
 * (XFRM_POLICY_CPU_ACQUIRE), which makes Linux raise an acquire for a CPU without an SA of its own. While that acquire
 * is pending, Linux drops the packets of every such CPU instead of sending them over the fallback; clearing the flag
 * restores the fallback at once. So without an observer one CPU is asked for after the other, and the flag is set only
 * while nothing is pending:
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
    private final AcquireFlag flag = new AcquireFlag();
    private final PeerCapacity capacity = new PeerCapacity();
    private final Departures departures;
    private final HoldOff holdOff;
    private final Set<Integer> asked = new TreeSet<>();
    private final Set<Integer> onTraffic = new TreeSet<>();
    private CpuSet cpus;
    private CpuSet watched = CpuSet.EMPTY;
    private boolean observed;
    private boolean fallbackAsked;
    private boolean demanded;
    private boolean divided;
    private Instant unbiddenFrom = Instant.MIN;

    public PerCpuPlan(PlanSettings settings) {
        this.settings = settings;
        this.cpus = settings.cpus();
        this.observed = settings.observed();
        this.holdOff = new HoldOff(settings.pace().retryFirst(), settings.pace().retryMost());
        this.departures = new Departures(settings.pace().leaving());
    }

    public List<PlanAction> on(PlanEvent event, Instant now) {
        List<PlanAction> actions = new ArrayList<>();
        switch (event) {
            case PlanEvent.ChildUp up -> {
                childUp(up.resource(), now);
                flag.hatched(up.resource());
            }
            case PlanEvent.ChildHalfUp half -> {
                childUp(half.resource(), now);
                flag.half(half.resource());
            }
            case PlanEvent.ChildCompleted complete -> {
                flag.whole(complete.resource());
                flag.hatched(complete.resource());
            }
            case PlanEvent.ChildDown down -> childDown(down.resource());
            case PlanEvent.ChildHalfDown down -> {
                flag.whole(down.resource());
                childDown(down.resource());
            }
            case PlanEvent.Acquire acquire -> acquire(acquire, now, actions);
            case PlanEvent.CpuSends sends -> sends(sends.cpu(), now, actions);
            case PlanEvent.Senders senders -> senders.cpus().stream().forEach(cpu -> sends(cpu, now, actions));
            case PlanEvent.ObserverReady _ -> observed = true;
            case PlanEvent.ObserverLost _ -> observed = false;
            case PlanEvent.LarvalExpired expired -> flag.larvalExpired(expired.cpu());
            case PlanEvent.RequestEnded ended -> requestEnded(ended, now);
            case PlanEvent.QueueFull _ -> capacity.refusedAt(coverage.total());
            case PlanEvent.EventsLost _ -> flag.blindUntil(now.plus(settings.pace().acquireExpires()));
            case PlanEvent.CpusChanged changed -> become(false, changed.cpus(), now);
            case PlanEvent.Divided changed -> {
                become(true, changed.lanes(), now);
                unbiddenFrom = changed.later() ? now.plus(settings.pace().courtesy()) : Instant.MIN;
            }
            case PlanEvent.TimeReached _ -> { }
        }
        departures.takeDue(now).forEach(cpu -> actions.add(new PlanAction.GiveUp(cpu)));
        askUnbidden(now, actions);
        boolean replaced = settle(now, actions);
        if (!replaced && !divided && makesCpuSend(event)) {
            actions.add(new PlanAction.RefreshSockets());
        }
        return actions;
    }

    private void become(boolean lanes, CpuSet members, Instant now) {
        divided = lanes;
        cpus = members;
        onTraffic.removeIf(cpu -> !cpus.contains(cpu));
        departures.compare(coverage.covered(), cpus, now);
    }

    private static boolean makesCpuSend(PlanEvent event) {
        return event instanceof PlanEvent.ChildUp(Resource up) && up.isBound()
                || event instanceof PlanEvent.ChildCompleted(Resource done) && done.isBound();
    }

    /** Empty while only events can change anything. */
    public Optional<Instant> nextTimeout() {
        return Stream.of(departures.next(), listensAt()).flatMap(Optional::stream).min(Comparator.naturalOrder());
    }

    private Optional<Instant> listensAt() {
        if (divided) {
            return Optional.of(AcquireFlag.later(holdOff.until(), unbiddenFrom)).filter(_ -> mayAsk() && !unbidden().isEmpty());
        }
        if (flag.isSet() || !watched.isEmpty() || !lacksAny()) {
            return Optional.empty();
        }
        if (observed) {
            return Optional.of(holdOff.until());
        }
        return Optional.of(AcquireFlag.later(flag.safeAt(), holdOff.until()))
                .filter(_ -> asked.isEmpty() && !flag.hasHalves());
    }

    /** Whether the acquire flag is set. */
    public boolean isArmed() {
        return flag.isSet();
    }

    /** Whether anything is up, asked for or pending: a plan without may be forgotten. */
    public boolean isIdle() {
        return coverage.total() == 0 && asked.isEmpty() && !fallbackAsked && !flag.hasLarvae();
    }

    /** CPUs or lanes that may have an SA of their own. */
    public CpuSet wanted() {
        return cpus;
    }

    /** How many of them are to have one at the most. */
    public int most() {
        return settings.limit();
    }

    /** Those with an SA of their own. */
    public CpuSet covered() {
        return CpuSet.of(coverage.covered().stream().mapToInt(Integer::intValue).toArray());
    }

    private void childUp(Resource resource, Instant now) {
        if (coverage.total() == 0) {
            capacity.forget();
            holdOff.forget();
            onTraffic.clear();
            demanded = false;
        }
        if (divided && !resource.isBound()) {
            // Nobody would tell that a lane's flows are there again.
            onTraffic.clear();
        }
        boolean fresh = resource.isBound() && !coverage.covers(resource.cpu());
        coverage.up(resource, now);
        if (fresh) {
            capacity.tookMore(coverage.total());
            onTraffic.remove(resource.cpu());
        }
        // The successor of an SA that was given up while it was being rekeyed is given up too.
        departures.compare(coverage.covered(), cpus, now);
    }

    private void childDown(Resource resource) {
        coverage.down(resource);
        if (resource.isBound() && !coverage.covers(resource.cpu()) && cpus.contains(resource.cpu())) {
            // RFC 9611 §6: making an SA again that the peer deleted because it was idle would never end.
            onTraffic.add(resource.cpu());
        }
    }

    private void acquire(PlanEvent.Acquire acquire, Instant now, List<PlanAction> actions) {
        int cpu = acquire.cpu();
        if (cpu != Resource.UNBOUND && !divided) {
            flag.raised(cpu, now.plus(settings.pace().acquireExpires()));
            settle(now, actions);
        }
        if (cpu == Resource.UNBOUND || !coverage.servesAll()) {
            acquireForAll(acquire, now, actions);
        } else if (!crossed(cpu, now)) {
            // A CPU that has an SA may still be asked for: when Linux overlooks that SA, a newer one cures it.
            demand(cpu, acquire.seq(), acquire.packet(), now, actions);
        }
    }

    private void acquireForAll(PlanEvent.Acquire acquire, Instant now, List<PlanAction> actions) {
        if (!fallbackAsked && !(coverage.servesAll() && isNew(Resource.UNBOUND, now))) {
            fallbackAsked = true;
            actions.add(new PlanAction.RequestFallback(acquire.seq(), acquire.packet()));
        }
    }

    private boolean crossed(int cpu, Instant now) {
        return coverage.covers(cpu) && isNew(cpu, now);
    }

    private boolean isNew(int cpu, Instant now) {
        Instant start = coverage.since(cpu);
        return !start.equals(Instant.MIN) && now.isBefore(start.plus(settings.pace().grace()));
    }

    /** What it sent may have been under way when its SA came up. */
    private void sends(int cpu, Instant now, List<PlanAction> actions) {
        if (!coverage.covers(cpu)) {
            demand(cpu, 0, null, now, actions);
        }
    }

    private void demand(int cpu, int seq, @Nullable Selectors packet, Instant now, List<PlanAction> actions) {
        if (!cpus.contains(cpu) || asked.contains(cpu) || !mayAsk() || !holdOff.isOver(now)) {
            return;
        }
        asked.add(cpu);
        actions.add(new PlanAction.RequestCpu(cpu, seq, packet));
        if (settings.mode() == PerCpuMode.HYBRID && observed && !demanded && !divided) {
            actions.add(new PlanAction.CountSenders());
        }
        demanded = true;
    }

    /** Asks for the CPUs that need not send first. */
    private void askUnbidden(Instant now, List<PlanAction> actions) {
        boolean all = divided || switch (settings.mode()) {
            case DEMAND -> false;
            case EAGER -> true;
            case HYBRID -> demanded && !observed;
        };
        if (!all || !mayAsk() || now.isBefore(unbiddenFrom)) {
            return;
        }
        unbidden().stream().forEach(cpu -> demand(cpu, 0, null, now, actions));
    }

    private CpuSet unbidden() {
        return CpuSet.of(unasked().stream().filter(cpu -> !onTraffic.contains(cpu)).toArray());
    }

    private void requestEnded(PlanEvent.RequestEnded ended, Instant now) {
        if (ended.cpu() == Resource.UNBOUND) {
            fallbackAsked = false;
        } else if (asked.remove(ended.cpu())) {
            if (ended.succeeded()) {
                holdOff.succeeded();
            } else {
                holdOff.failed(now);
            }
        }
    }

    /** Wants to be told of sends as the moment allows; answers whether the policies were replaced by that. */
    private boolean settle(Instant now, List<PlanAction> actions) {
        boolean listens = !divided && lacksAny() && holdOff.isOver(now);
        watch(listens && observed ? unasked() : CpuSet.EMPTY, actions);
        return flag.become(listens && !observed && flag.isSafe(now) && asked.isEmpty(), actions);
    }

    private void watch(CpuSet wanted, List<PlanAction> actions) {
        if (!wanted.equals(watched)) {
            watched = wanted;
            actions.add(new PlanAction.Observe(wanted));
        }
    }

    private boolean lacksAny() {
        return mayAsk() && !unasked().isEmpty();
    }

    private CpuSet unasked() {
        return CpuSet.of(coverage.lacking(cpus).stream().filter(cpu -> !asked.contains(cpu)).toArray());
    }

    private boolean mayAsk() {
        long taken = coverage.cpus() + asked.stream().filter(cpu -> !coverage.covers(cpu)).count();
        return coverage.hasFallback() && !coverage.hasOrdinary() && taken < settings.limit()
                && capacity.hasRoom(coverage.total() + asked.size());
    }
}
