package dev.keylane.bench;

import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.pcpu.PerCpuPlan;
import dev.keylane.pcpu.PlanAction;
import dev.keylane.pcpu.PlanEvent;
import dev.keylane.pcpu.PlanSettings;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.TreeSet;

/** An initiator whose CPUs all send all the time, with a plan that asks for their SAs. */
final class Planned {
    private static final Path PATH = new Path(new IpEndpoint(IpAddress.of("192.0.2.1"), 500),
            new IpEndpoint(IpAddress.of("198.51.100.1"), 500));
    private final Side side;
    private final PerCpuPlan plan;
    private final CpuSet cpus;
    private final Instant now;
    private final Deque<PlanEvent> inbox = new ArrayDeque<>();
    private final Deque<Event> requests = new ArrayDeque<>();
    private final TreeSet<Integer> covered = new TreeSet<>();

    Planned(Side side, PlanSettings settings, Instant now) {
        this.side = side;
        this.plan = new PerCpuPlan(settings);
        this.cpus = settings.cpus();
        this.now = now;
        side.witness(this::learn);
    }

    void firstPacket() {
        inbox.add(new PlanEvent.Acquire(Resource.UNBOUND, 1, null));
        settle();
    }

    boolean isCovered() {
        return covered.size() == cpus.size();
    }

    /** Has the plan think about what was learnt, and the core do what it wants. */
    void settle() {
        while (!inbox.isEmpty() || !requests.isEmpty()) {
            if (inbox.isEmpty()) {
                side.on(requests.remove(), now);
            } else {
                plan.on(inbox.remove(), now).forEach(this::carryOut);
            }
        }
    }

    private void carryOut(PlanAction action) {
        switch (action) {
            case PlanAction.RequestFallback _ -> request(Resource.NONE);
            case PlanAction.RequestCpu it -> request(Resource.cpu(it.cpu()));
            // Each of them sends at once, and is told of once: what was asked for before is not asked for again.
            case PlanAction.Observe(CpuSet watched) ->
                    watched.stream().forEach(cpu -> inbox.add(new PlanEvent.CpuSends(cpu)));
            case PlanAction.CountSenders _ -> inbox.add(new PlanEvent.Senders(cpus));
            // The first of them to send raises an acquire, and the others none while that is pending.
            case PlanAction.Arm _ -> cpus.stream().filter(cpu -> !covered.contains(cpu)).findFirst()
                    .ifPresent(cpu -> inbox.add(new PlanEvent.Acquire(cpu, 1, null)));
            case PlanAction.Disarm _, PlanAction.RefreshSockets _, PlanAction.GiveUp _ -> { }
        }
    }

    private void request(Resource resource) {
        requests.add(new Event.Initiate(resource.cpu() + FIRST, Policies.CONNECTION, Policies.CHILD, PATH,
                new Event.Trigger(resource, 0, null)));
    }

    private void learn(Effect effect) {
        switch (effect) {
            case Effect.ChildUp up -> {
                Resource resource = up.child().sa().resource();
                if (resource.isBound()) {
                    covered.add(resource.cpu());
                }
                inbox.add(new PlanEvent.ChildUp(resource));
            }
            case Effect.RequestDone done ->
                    inbox.add(new PlanEvent.RequestEnded((int) done.request() - FIRST, done.failure() == null));
            case Effect.Network _, Effect.Kernel _, Effect.Report _, Effect.RunCrypto _ -> {
            }
        }
    }

    /** Requests are numbered by their CPU, and 0 is none. */
    private static final int FIRST = 2;
}
