package dev.keylane.daemon.kernel;

import dev.keylane.daemon.traffic.Coverage;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.pcpu.PerCpuPlan;
import dev.keylane.pcpu.PlanAction;
import dev.keylane.pcpu.PlanEvent;
import dev.keylane.pcpu.PlanSettings;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.XfrmEvent;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns acquires into requests to the core by way of a plan a child and peer, and carries out what the plans want.
 * Ordinary children have a plan too, one without CPUs: it asks once for each time there is traffic and no SA.
 */
final class Acquires {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final KernelSettings settings;
    private final boolean kernelPerCpu;
    private final PolicyFlags flags;
    private final FallbackWatch watch;
    private final SocketRefresh refresh = new SocketRefresh();
    private final PendingRequests requests = new PendingRequests();
    private final LivePlans plans = new LivePlans();
    private final Map<LivePlan, Instant> due = new HashMap<>();
    private Map<String, Connection> connections = Map.of();

    /** @param kernelPerCpu whether the kernel raises acquires per CPU */
    Acquires(KernelSettings settings, boolean kernelPerCpu, PolicyFlags flags, FallbackWatch watch) {
        this.settings = settings;
        this.kernelPerCpu = kernelPerCpu;
        this.flags = flags;
        this.watch = watch;
    }

    void use(PolicyBook book) {
        connections = book.connections().stream()
                .collect(Collectors.toMap(Connection::name, it -> it, (first, _) -> first));
    }

    List<Event> acquire(XfrmEvent.Acquire acquire, PolicyOwner owner, Instant now) {
        Optional<Connection> connection = connection(owner.connection());
        Optional<ChildConfig> child = connection.flatMap(found -> found.child(owner.child()));
        if (connection.isEmpty() || child.isEmpty()) {
            LOG.warn("no configuration for child '{}' of '{}', unable to acquire reqid {}", owner.child(),
                    owner.connection(), acquire.reqid());
            return List.of();
        }
        RequestPath.Outer outer = RequestPath.outer(connection.get(), acquire.source(), acquire.destination());
        // A child's policy may lead to where its peer was, a trap's to where it is configured to be.
        LivePlan live = plans.ofChild(owner.id()).filter(_ -> !owner.trap())
                .orElseGet(() -> plans.at(new PlanKey(owner.connection(), owner.child(), outer.remote()),
                        key -> plan(key, child.get(), outer.local())));
        live.acquired(acquire.reqid(), acquire.destination());
        List<Event> events = tell(live, new PlanEvent.Acquire(live.wantedBy(acquire), acquire.seq(),
                AcquirePacket.selectors(acquire)), now);
        if (!events.isEmpty()) {
            LOG.info("{}", AcquirePacket.job(acquire));
        }
        forgetIdle(live);
        return events;
    }

    /** A CPU has sent over an SA that is watched. */
    List<Event> sends(SaId outbound, int cpu, Instant now) {
        return watch.sends(outbound, cpu).map(live -> {
            List<Event> events = tell(live, new PlanEvent.CpuSends(cpu), now);
            if (!events.isEmpty()) {
                LOG.info("creating acquire job for CHILD_SA {}, cpu {} sends over {}", live.key.child(), cpu, outbound);
            }
            return events;
        }).orElse(List.of());
    }

    /**
     * @param key  what it is about; the kernel may have it elsewhere still
     * @param half whether it does not send yet; {@link #childCompleted} tells when it does
     * @param first whether we began with the IKE SA, and so are the first to ask
     */
    List<Event> childUp(PlanKey key, InstalledChild installed, boolean half, boolean first, Instant now) {
        Optional<PendingRequests.Request> request = requests.take(key.connection(), key.child(),
                installed.child().resource().cpu(), installed.child().acquireSeq());
        // In this order, or a plan that asks for CPUs unbidden would ask for this one again.
        List<Event> events = new ArrayList<>(join(key, installed, half, first, now));
        request.ifPresent(it -> events.addAll(tell(it.plan(), new PlanEvent.RequestEnded(it.cpu(), true), now)));
        request.ifPresent(it -> forgetIdle(it.plan()));
        return events;
    }

    private List<Event> join(PlanKey key, InstalledChild installed, boolean half, boolean first, Instant now) {
        LivePlan live = plans.at(key, _ -> plan(key, installed.child().config(),
                installed.child().path().local().address()));
        plans.up(live, installed, half);
        List<Event> events = new ArrayList<>();
        divide(live, installed, first).ifPresent(event -> events.addAll(tell(live, event, now)));
        Resource resource = installed.child().resource();
        if (!resource.isBound() && watch.wasLost(live)) {
            events.addAll(tell(live, new PlanEvent.ObserverReady(), now));
        }
        events.addAll(tell(live, half ? new PlanEvent.ChildHalfUp(resource) : new PlanEvent.ChildUp(resource), now));
        return events;
    }

    /** What SAs beside the one for all are for, if that is not what it was. */
    private Optional<PlanEvent> divide(LivePlan live, InstalledChild installed, boolean first) {
        LivePlan.Division before = live.division();
        LivePlan.Division now = LivePlan.Division.of(installed);
        if (!live.perCpu || now.equals(before)) {
            return Optional.empty();
        }
        live.divide(now);
        String name = live.key.child() + "{" + installed.child().id() + "}";
        if (now.lanes().isDivided()) {
            LOG.info("{}: {} lanes, by the low bits of source ports of TCP and UDP", name, now.lanes().count());
            return Optional.of(new PlanEvent.Divided(now.lanes().beside(), !first));
        }
        if (now.byDevice()) {
            LOG.info("{}: packet offload chooses SAs without regard to CPUs, no SAs per CPU", name);
            return Optional.of(new PlanEvent.CpusChanged(CpuSet.EMPTY));
        }
        return Optional.of(new PlanEvent.CpusChanged(settings.cpus().of(live.config, live.local)));
    }

    List<Event> childCompleted(InstalledChild installed, Instant now) {
        return plans.ofChild(installed.child().id()).filter(live -> live.completed(installed.child().id()))
                .map(live -> tell(live, new PlanEvent.ChildCompleted(installed.child().resource()), now))
                .orElse(List.of());
    }

    List<Event> childDown(long child, Resource resource, Instant now) {
        return plans.ofChild(child).map(live -> {
            List<Event> events = tell(live, live.isHalf(child)
                    ? new PlanEvent.ChildHalfDown(resource) : new PlanEvent.ChildDown(resource), now);
            plans.down(live, child);
            follow(live, events, now);
            forgetIdle(live);
            return events;
        }).orElse(List.of());
    }

    /**
     * The peer of these is at another address, whether or not the kernel could follow: whatever takes their place will
     * be there.
     */
    List<Event> childrenMoved(List<InstalledChild> children, IpAddress peer, Instant now) {
        Set<Long> ids = children.stream().map(child -> child.child().id()).collect(Collectors.toSet());
        List<Event> events = new ArrayList<>();
        for (InstalledChild child : children) {
            plans.ofChild(child.child().id()).ifPresent(live -> {
                if (plans.move(live, peer, ids)) {
                    live.up(child, false);
                    follow(live, events, now);
                } else {
                    events.addAll(part(live, child, peer, now));
                }
            });
        }
        return events;
    }

    /** Only some of a plan's children move, or a plan awaits them. */
    private List<Event> part(LivePlan from, InstalledChild child, IpAddress peer, Instant now) {
        boolean half = from.isHalf(child.child().id());
        List<Event> events = new ArrayList<>(childDown(child.child().id(), child.child().resource(), now));
        List<PolicyId> alone = new ArrayList<>(child.outbound());
        alone.removeAll(from.policies());
        flags.arm(alone, false);
        events.addAll(join(from.key.at(peer), child, half, true, now));
        return events;
    }

    List<Event> childFailed(Effect.ChildFailed failed, Instant now) {
        Optional<PendingRequests.Request> request = requests.take(failed.request());
        List<Event> events = new ArrayList<>();
        if (request.isPresent() && (failed.notifyType() == TS_MAX_QUEUE || failed.notifyType() == NO_ADDITIONAL_SAS)) {
            LOG.info("peer takes no more SAs for CHILD_SA {}, not asking for {} {}", failed.child(),
                    request.get().plan().isByCpu() ? "cpu" : "lane", failed.resource().cpu());
            events.addAll(tell(request.get().plan(), new PlanEvent.QueueFull(), now));
        }
        events.addAll(ended(request, false, now));
        return events;
    }

    List<Event> requestDone(Effect.RequestDone done, Instant now) {
        return ended(requests.take(done.request()), done.failure() == null, now);
    }

    List<Event> larvalExpired(XfrmEvent.Expire expire, Instant now) {
        return tellAll(new PlanEvent.LarvalExpired(expire.cpu()),
                live -> live.asked(expire.reqid(), expire.id().destination()), now);
    }

    List<Event> eventsLost(Instant now) {
        return tellAll(new PlanEvent.EventsLost(), _ -> true, now);
    }

    List<Event> cpusChanged(Instant now) {
        List<Event> events = new ArrayList<>();
        for (LivePlan live : plans.all()) {
            if (live.isByCpu()) {
                events.addAll(tell(live, new PlanEvent.CpusChanged(settings.cpus().of(live.config, live.local)), now));
            }
        }
        return events;
    }

    List<Event> onTime(Instant now) {
        List<Event> events = new ArrayList<>();
        List<LivePlan> toRefresh = refresh.due(now);
        if (!toRefresh.isEmpty()) {
            flags.refresh(toRefresh.stream().flatMap(live -> live.policies().stream()).distinct().toList());
        }
        watch.onTime(now).forEach(live -> events.addAll(tell(live, new PlanEvent.ObserverLost(), now)));
        events.addAll(tellAll(new PlanEvent.TimeReached(), live -> !due.getOrDefault(live, Instant.MAX).isAfter(now), now));
        return events;
    }

    Optional<Instant> nextTimeout() {
        return Stream.of(due.values().stream(), watch.nextTimeout().stream(), refresh.next().stream()).flatMap(times -> times)
                .min(Instant::compareTo);
    }

    private LivePlan plan(PlanKey key, ChildConfig child, IpAddress local) {
        boolean perCpu = kernelPerCpu && child.perCpu() != ChildConfig.PerCpu.NO && child.kernel().policies();
        CpuSet cpus = perCpu ? settings.cpus().of(child, local) : CpuSet.EMPTY;
        PlanSettings plan = PlanSettings.of(cpus, child.perCpuOptions(), settings.acquireExpires().plusSeconds(1))
                .observed(perCpu && watch.isPossible());
        return new LivePlan(key, new PerCpuPlan(plan), child, perCpu, local);
    }

    private List<Event> tellAll(PlanEvent event, Predicate<LivePlan> whom, Instant now) {
        List<Event> events = new ArrayList<>();
        plans.all().stream().filter(whom).forEach(live -> {
            events.addAll(tell(live, event, now));
            forgetIdle(live);
        });
        return events;
    }

    private List<Event> ended(Optional<PendingRequests.Request> request, boolean succeeded, Instant now) {
        return request.map(it -> {
            List<Event> events = tell(it.plan(), new PlanEvent.RequestEnded(it.cpu(), succeeded), now);
            forgetIdle(it.plan());
            return events;
        }).orElse(List.of());
    }

    private void forgetIdle(LivePlan live) {
        if (live.plan.isIdle()) {
            plans.forget(live);
            watch.forget(live);
            refresh.forget(live);
            due.remove(live);
        }
    }

    private List<Event> tell(LivePlan live, PlanEvent first, Instant now) {
        List<Event> events = new ArrayList<>();
        Deque<PlanEvent> inbox = new ArrayDeque<>(List.of(first));
        while (!inbox.isEmpty()) {
            for (PlanAction action : live.plan.on(inbox.poll(), now)) {
                switch (action) {
                    case PlanAction.Arm _ -> arm(live, true);
                    case PlanAction.Disarm _ -> arm(live, false);
                    case PlanAction.RefreshSockets _ -> refresh.add(live, now);
                    case PlanAction.GiveUp gone -> live.serving(gone.cpu())
                            .forEach(child -> events.add(new Event.TerminateChild(0, child, false)));
                    case PlanAction.Observe it -> watch.observe(live, it.cpus());
                    case PlanAction.CountSenders _ -> inbox.add(new PlanEvent.Senders(watch.senders(live)));
                    case PlanAction.RequestFallback it -> request(live, Resource.UNBOUND,
                            new Event.Trigger(Resource.NONE, it.seq(), it.packet()), events, inbox);
                    case PlanAction.RequestCpu it -> request(live, it.cpu(),
                            new Event.Trigger(Resource.cpu(it.cpu()), it.seq(), it.packet()), events, inbox);
                }
            }
        }
        follow(live, events, now);
        live.plan.nextTimeout().ifPresentOrElse(time -> due.put(live, time), () -> due.remove(live));
        return events;
    }

    /** Replaces the policies, so that sockets look for their SA as well. */
    private void arm(LivePlan live, boolean on) {
        flags.arm(live.policies(), on);
        refresh.forget(live);
    }

    /** Plans of per-CPU children by how they learn which CPUs send, where there are any. */
    SenderWatch senders() {
        return new SenderWatch(watch.devices(), watch.problem(), plans.all().stream().filter(LivePlan::isByCpu)
                .collect(Collectors.groupingBy(watch::how, Collectors.counting())));
    }

    List<Coverage> coverage() {
        return plans.all().stream().flatMap(live -> live.coverage().stream()).toList();
    }

    private void follow(LivePlan live, List<Event> events, Instant now) {
        if (watch.follow(live, now)) {
            events.addAll(tell(live, new PlanEvent.ObserverLost(), now));
        }
    }

    private void request(LivePlan live, int cpu, Event.Trigger trigger, List<Event> events, Deque<PlanEvent> inbox) {
        connection(live.key.connection()).ifPresentOrElse(connection -> {
            long request = requests.add(live, cpu, trigger.acquireSeq());
            events.add(new Event.Initiate(request, live.key.connection(), live.key.child(),
                    RequestPath.of(connection, live.local, live.key.peer(), settings.endpoint()), trigger));
        }, () -> inbox.add(new PlanEvent.RequestEnded(cpu, false)));
    }

    private Optional<Connection> connection(String name) {
        return Optional.ofNullable(connections.get(name));
    }

    /** RFC 9611 §7.2. */
    private static final int TS_MAX_QUEUE = 48;
    /** RFC 7296 §3.10.1. */
    private static final int NO_ADDITIONAL_SAS = 35;
}
