package dev.keylane.pcpu;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.PerCpuMode;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.ike.sim.Host;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** A core with a plan, and CPUs that send all the time. */
final class PlannedHost {
    final Host host;
    final PerCpuPlan plan;
    CpuSet sending;
    int requests;
    private final Host peer;
    private final Map<Long, Integer> pending = new HashMap<>();
    private final Deque<PlanEvent> inbox = new ArrayDeque<>();
    private CpuSet watched = CpuSet.EMPTY;
    private long lastRequest = 1_000;
    private int seq;
    private boolean busy;

    PlannedHost(Host host, Host peer, int cpus, PerCpuMode mode, boolean observed) {
        this.host = host;
        this.peer = peer;
        this.sending = CpuSet.first(cpus);
        this.plan = new PerCpuPlan(PlanSettings.of(CpuSet.first(cpus), cpus, Duration.ofSeconds(30)).with(mode)
                .observed(observed));
        host.witness = this::witness;
    }

    /** A packet meets the trap. */
    void firstPacket(Instant now) {
        tell(new PlanEvent.Acquire(Resource.UNBOUND, ++seq, null), now);
    }

    /** Every CPU that is watched sends at once; with the flag set, the first one that has no SA. */
    void tell(PlanEvent event, Instant now) {
        inbox.add(event);
        if (busy) {
            return;
        }
        busy = true;
        for (PlanEvent next = inbox.poll(); next != null; next = inbox.poll()) {
            plan.on(next, now).forEach(action -> carryOut(action, now));
        }
        busy = false;
    }

    private void carryOut(PlanAction action, Instant now) {
        switch (action) {
            case PlanAction.RequestFallback _ -> request(Resource.UNBOUND, Resource.NONE, now);
            case PlanAction.RequestCpu it -> request(it.cpu(), Resource.cpu(it.cpu()), now);
            case PlanAction.Observe(CpuSet cpus) -> {
                CpuSet fresh = cpus.without(watched).and(sending);
                watched = cpus;
                fresh.stream().forEach(cpu -> inbox.add(new PlanEvent.CpuSends(cpu)));
            }
            case PlanAction.CountSenders _ -> inbox.add(new PlanEvent.Senders(sending));
            case PlanAction.Arm _ -> sending.stream().filter(cpu -> !has(cpu)).findFirst()
                    .ifPresent(cpu -> inbox.add(new PlanEvent.Acquire(cpu, ++seq, null)));
            case PlanAction.GiveUp(int gone) -> host.children().stream().filter(sa -> sa.resource().cpu() == gone)
                    .map(ChildSa::id).toList().forEach(id -> host.on(new Event.TerminateChild(0, id, false), now));
            case PlanAction.Disarm _, PlanAction.RefreshSockets _ -> { }
        }
    }

    boolean has(int cpu) {
        return host.children().stream().anyMatch(sa -> sa.resource().cpu() == cpu);
    }

    private void request(int cpu, Resource resource, Instant now) {
        requests++;
        pending.put(++lastRequest, cpu);
        host.on(new Event.Initiate(lastRequest, "BFL-BFR", "bf", new Path(host.address, peer.address),
                new Event.Trigger(resource, 0, null)), now);
    }

    private void witness(Instant now, Effect effect) {
        switch (effect) {
            case Effect.ChildUp up -> tell(new PlanEvent.ChildUp(up.child().sa().resource()), now);
            case Effect.ChildDown down -> tell(new PlanEvent.ChildDown(down.child().sa().resource()), now);
            case Effect.ChildFailed failed when failed.notifyType() == TS_MAX_QUEUE ->
                    tell(new PlanEvent.QueueFull(), now);
            case Effect.RequestDone done when pending.containsKey(done.request()) ->
                    tell(new PlanEvent.RequestEnded(pending.remove(done.request()), done.failure() == null), now);
            default -> { }
        }
    }

    private static final int TS_MAX_QUEUE = 48;
}
