package dev.keylane.daemon.kernel;

import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an earlier run has left goes on carrying packets until new SAs take its place: these have another number, and the
 * policies are changed to ask for it, so what is sent goes over at once and what is under way still arrives. It goes a moment
 * later, when nothing comes by it any more: a peer that has not been told of our new start goes on with its old SAs. Or it
 * goes when the configuration knows no such child, when an operator terminates it, with the hard lifetime that the kernel
 * keeps, or after {@link #LONGEST}.
 */
final class Legacies {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final KernelWriter writer;
    private final PolicyLedger ledger;
    private final Resumptions resumptions;
    private final Map<PolicyOwner, Legacy> standing = new LinkedHashMap<>();
    private final Map<ChildName, Set<PolicyOwner>> byName = new HashMap<>();
    private final Map<SaId, PolicyOwner> bySa = new HashMap<>();
    private final Map<PolicyOwner, Instant> ends = new HashMap<>();
    private final Map<PolicyOwner, Look> looks = new HashMap<>();
    private final Map<String, Long> orphans = new HashMap<>();
    private PolicyBook book = PolicyBook.EMPTY;
    private Instant settlesAt = Instant.MAX;
    /** Nothing is due before; what was may be gone by then. */
    private Instant earliest = Instant.MAX;
    private boolean settled;
    private boolean started;

    /**
     * One that has been replaced.
     *
     * @param at      when it is looked at
     * @param packets that had come by it at the last look
     */
    private record Look(Instant at, long packets) {
    }

    Legacies(KernelWriter writer, PolicyLedger ledger, Resumptions resumptions) {
        this.writer = writer;
        this.ledger = ledger;
        this.resumptions = resumptions;
    }

    void adopt(Leftovers.Sorted sorted, Instant now) {
        List<Legacy> found = sorted.legacies();
        sorted.orphans().forEach((device, sas) -> orphans.merge(device, sas, Long::sum));
        List<KernelStep> disarming = new ArrayList<>();
        for (Legacy legacy : found) {
            stand(legacy);
            ends.put(legacy.owner(), now.plus(LONGEST));
            // They are in the kernel: the ledger's steps have been carried out by the earlier run.
            ledger.commit(ledger.adding(legacy.owner(), legacy.policies()));
            legacy.policies().stream().filter(PolicySpec::cpuAcquire)
                    .forEach(policy -> disarming.add(KernelStep.replace(policy, policy.withCpuAcquire(false))));
        }
        writer.remove(disarming);
        if (!found.isEmpty()) {
            settlesAt = now.plus(SETTLING);
            earliest = settlesAt;
            LOG.info("keeping {} SAs and {} policies of an earlier run until others take their place",
                    found.stream().mapToInt(Legacy::sas).sum(), found.stream().mapToInt(it -> it.policies().size()).sum());
        }
    }

    private void stand(Legacy legacy) {
        standing.put(legacy.owner(), legacy);
        legacy.names().forEach(name -> byName.computeIfAbsent(name, _ -> new LinkedHashSet<>()).add(legacy.owner()));
        Stream.concat(legacy.out().stream(), legacy.in().stream()).forEach(sa -> bySa.put(sa.id(), legacy.owner()));
    }

    /** By the device that had them, SAs that nobody could take over, removed since the start. */
    Map<String, Long> orphans() {
        return Map.copyOf(orphans);
    }

    Set<Integer> reqids() {
        return standing.values().stream().map(Legacy::reqid).collect(Collectors.toSet());
    }

    void use(PolicyBook inForce) {
        book = inForce;
        if (settled) {
            removeUnknown();
            // What has waited for a name may be about to have a trap of its own: not before that is there.
            if (standing.values().stream().anyMatch(legacy -> legacy.sas() == 0)) {
                settlesAt = Instant.EPOCH;
                earliest = settlesAt;
            }
        }
        resumptions.use(inForce, wanted());
    }

    /**
     * The configuration is complete: what it does not know goes, and so do mere traps, whose successors are in place. Those of
     * connections that wait for a name have none yet, and hold their packets back until then.
     */
    void settle() {
        settled = true;
        settlesAt = Instant.MAX;
        removeOrphans();
    }

    private void removeOrphans() {
        removeIf(legacy -> legacy.isShunt() || legacy.sas() == 0 && !waits(legacy), "waiting for no traffic any more");
        removeUnknown();
    }

    private void removeUnknown() {
        Set<ChildName> configured = named(_ -> true);
        orphaned(removeIf(legacy -> legacy.names().stream().noneMatch(configured::contains), "not configured any more"));
    }

    /** Whether its child has no trap, as the address of its peer is not known. */
    private boolean waits(Legacy legacy) {
        return legacy.names().stream().anyMatch(named(connection -> connection.endpoints().waits())::contains);
    }

    private Set<ChildName> named(Predicate<Connection> which) {
        return book.connections().stream().filter(which).flatMap(connection -> connection.children().stream()
                .map(child -> new ChildName(connection.name(), child.name()))).collect(Collectors.toSet());
    }

    /** A child is whole. */
    void stands(InstalledChild fresh, Instant now) {
        ChildName name = ChildName.of(fresh.child());
        for (PolicyOwner owner : byName.getOrDefault(name, Set.of())) {
            Legacy legacy = standing.get(owner);
            boolean same = legacy.isReplacedBy(fresh.outbound());
            boolean peer = legacy.isAt(fresh.child().path().remote().address());
            if (same || peer) {
                Instant look = legacy.isLane() ? now : now.plus(same ? GRACE : OTHERS).minus(SILENCE);
                looks.putIfAbsent(legacy.owner(), new Look(look, NEVER));
                earliest = look.isBefore(earliest) ? look : earliest;
                if (peer && legacy.reqid() == fresh.reqid()) {
                    makeWay(legacy);
                }
            }
        }
    }

    /** SAs of CPUs with the same number would keep their CPU's packets from a younger one that serves all. */
    private void makeWay(Legacy legacy) {
        List<KernelStep> bound = legacy.out().stream().filter(sa -> sa.cpu() >= 0).map(KernelStep::remove).toList();
        if (!bound.isEmpty()) {
            writer.remove(bound);
            standing.put(legacy.owner(), legacy.without(legacy.out().stream().filter(sa -> sa.cpu() >= 0)
                    .map(sa -> sa.id()).toList()));
        }
    }

    /** The kernel has removed an SA whose life is over. */
    void expired(SaId id) {
        PolicyOwner owner = bySa.remove(id);
        Legacy legacy = owner == null ? null : standing.get(owner);
        if (legacy == null) {
            return;
        }
        Stream.concat(legacy.out().stream(), legacy.in().stream()).filter(sa -> sa.id().equals(id))
                .forEach(sa -> writer.gone(Owned.of(sa)));
        Legacy left = legacy.without(List.of(id));
        standing.put(left.owner(), left);
        if (settled && left.sas() == 0 && !waits(left)) {
            remove(left, "expired");
        }
    }

    /** @param child null for all of the connection */
    void renounce(String connection, @Nullable String child) {
        removeIf(legacy -> legacy.names().stream().anyMatch(name -> name.isNamed(connection, child)), "terminated");
    }

    void requestDone(Effect.RequestDone done, Instant now) {
        resumptions.requestDone(done, now);
    }

    Optional<Instant> next() {
        return standing.isEmpty() ? Optional.empty()
                : Stream.concat(Stream.of(earliest), resumptions.next().stream()).min(Instant::compareTo);
    }

    List<Event> onTime(Instant now) {
        if (standing.isEmpty()) {
            return List.of();
        }
        if (!earliest.isAfter(now)) {
            end(now);
        }
        boolean begin = resumptions.next().filter(at -> !at.isAfter(now)).isPresent();
        return begin ? resumptions.onTime(wanted(), now) : List.of();
    }

    private void end(Instant now) {
        if (!settlesAt.isAfter(now)) {
            settle();
        }
        removeIf(legacy -> isReplaced(legacy, now), "replaced");
        removeIf(legacy -> looks.containsKey(legacy.owner()) && isOver(legacy, now), "replaced long ago");
        orphaned(removeIf(legacy -> isOver(legacy, now), "not replaced in time"));
        earliest = Stream.of(ends.values().stream(), looks.values().stream().map(Look::at), Stream.of(settlesAt))
                .flatMap(it -> it).min(Instant::compareTo).orElse(Instant.MAX);
    }

    /** Whether nothing has come by it since the last look; there is another one as long as that is not so. */
    private boolean isReplaced(Legacy legacy, Instant now) {
        Look look = looks.get(legacy.owner());
        if (look == null || look.at().isAfter(now)) {
            return false;
        }
        long packets = received(legacy);
        boolean first = look.packets() == NEVER;
        looks.put(legacy.owner(), new Look(now.plus(first ? SILENCE : AGAIN), packets));
        return legacy.in().isEmpty() || packets == look.packets();
    }

    private boolean isOver(Legacy legacy, Instant now) {
        return !ends.getOrDefault(legacy.owner(), Instant.MAX).isAfter(now);
    }

    private long received(Legacy legacy) {
        return writer.submit(legacy.in().stream().<XfrmRequest>map(sa -> new XfrmRequest.GetSa(sa.id())).toList()).stream()
                .mapToLong(answer -> answer instanceof XfrmAnswer.Sa(var info) ? info.counters().packets() : 0).sum();
    }

    void started() {
        started = true;
    }

    /** A daemon that does not come to life must not take along what carries the packets without it. */
    void close() {
        if (started) {
            removeIf(_ -> true, "the daemon ends");
        } else if (!standing.isEmpty()) {
            PolicyLedger.Change disarmed = ledger.arming(standing.values().stream()
                    .flatMap(legacy -> legacy.policies().stream()).map(PolicySpec::id).toList(), false);
            writer.remove(disarmed.steps());
            ledger.commit(disarmed);
            LOG.info("SAs and policies of an earlier run are left for the next start");
        }
    }

    /** Children that carry packets over SAs of the earlier run alone. */
    Set<ChildName> wanted() {
        return standing.values().stream().filter(legacy -> legacy.sas() > 0 && !looks.containsKey(legacy.owner()))
                .flatMap(legacy -> legacy.names().stream()).collect(Collectors.toSet());
    }

    /** Answers which those were. */
    private List<Legacy> removeIf(Predicate<Legacy> which, String reason) {
        List<Legacy> gone = standing.values().stream().filter(which).toList();
        gone.forEach(legacy -> remove(legacy, reason));
        return gone;
    }

    private void orphaned(List<Legacy> gone) {
        gone.forEach(legacy -> legacy.devices().forEach((device, sas) -> orphans.merge(device, sas, Long::sum)));
    }

    /** Outbound first, as a policy without its state raises acquires. */
    private void remove(Legacy legacy, String reason) {
        forget(legacy);
        PolicyLedger.Change policies = ledger.removing(legacy.owner());
        List<KernelStep> steps = new ArrayList<>(policies.steps().stream().filter(KernelStep::isOutboundPolicy).toList());
        legacy.out().forEach(sa -> steps.add(KernelStep.remove(sa)));
        legacy.in().forEach(sa -> steps.add(KernelStep.remove(sa)));
        policies.steps().stream().filter(step -> !step.isOutboundPolicy()).forEach(steps::add);
        writer.remove(steps);
        ledger.commit(policies);
        if (legacy.isShunt()) {
            LOG.info("removed {} policies without SAs of an earlier run", steps.size());
        } else {
            LOG.info("removed {} SAs of an earlier run ({}, peer {}): {}", legacy.sas(), legacy.owner().child(),
                    legacy.peer(), reason);
        }
    }

    private void forget(Legacy legacy) {
        standing.remove(legacy.owner());
        ends.remove(legacy.owner());
        looks.remove(legacy.owner());
        Stream.concat(legacy.out().stream(), legacy.in().stream()).forEach(sa -> bySa.remove(sa.id()));
        legacy.names().forEach(name -> byName.computeIfPresent(name, (_, owners) -> {
            owners.remove(legacy.owner());
            return owners.isEmpty() ? null : owners;
        }));
    }

    /** For packets under way, and for a peer that is slow to see that it has new SAs. */
    static final Duration GRACE = Departures.GRACE;
    /** At the end of that, without a packet. */
    static final Duration SILENCE = Duration.ofSeconds(1);
    /** Until the next look at one that packets come by. */
    static final Duration AGAIN = Duration.ofSeconds(10);
    private static final long NEVER = -1;
    /** For SAs with other selectors at the same peer. */
    static final Duration OTHERS = Duration.ofSeconds(30);
    /** For a configuration that comes over the control socket. */
    static final Duration SETTLING = Duration.ofSeconds(60);
    /** For a peer that we cannot initiate to, or that refuses. */
    static final Duration LONGEST = Duration.ofHours(1);
}
