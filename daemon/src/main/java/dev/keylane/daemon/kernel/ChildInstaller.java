package dev.keylane.daemon.kernel;

import dev.keylane.daemon.offload.Grant;
import dev.keylane.daemon.offload.Rung;
import dev.keylane.daemon.traffic.Placement;
import dev.keylane.ike.child.ChildKeysInOut;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.sa.Event;
import dev.keylane.xfrm.Mark;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmCapabilities;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts Child SAs into the kernel, all or nothing, and takes them out. */
final class ChildInstaller {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final KernelWriter writer;
    private final PolicyLedger ledger;
    private final Shadowed shadowed;
    private final Reqids reqids;
    private final OffloadLadder ladder;
    private final Divisions divisions;
    private final ChildPlacement placement;
    private final XfrmCapabilities can;
    private final Map<Long, InstalledChild> installed = new LinkedHashMap<>();
    private final Map<SaId, Long> bySa = new HashMap<>();
    private final SecondHalves halves;
    private final Set<Long> silent = new HashSet<>();
    private final Senders senders = new Senders();

    ChildInstaller(KernelParts parts, ChildPlacement placement, SecondHalves halves) {
        this.writer = parts.writer();
        this.ledger = parts.ledger();
        this.shadowed = new Shadowed(writer, ledger);
        this.reqids = parts.reqids();
        this.ladder = parts.ladder();
        this.divisions = parts.divisions();
        this.placement = placement;
        this.halves = halves;
        this.can = parts.can();
    }

    /**
     * Closes the keys, whatever comes of it.
     *
     * @param inboundFirst leave the outbound SA to {@link #complete}
     * @return why it failed; then nothing of it is left in the kernel
     */
    Optional<String> install(ChildSa child, ChildKeysInOut keys, boolean inboundFirst) {
        // What leads to an older one in the device leads to this as well: then no lower rung is to have its outbound key once more.
        if (inboundFirst || older(child).stream().noneMatch(InstalledChild::packetOffload)) {
            return first(child, keys, inboundFirst);
        }
        return first(child, keys, true).or(() -> complete(child.id()).map(refused -> {
            remove(child.id());
            refused.refusal().ifPresent(why -> placement.avoid(child, why));
            return refused.reason();
        }));
    }

    private Optional<String> first(ChildSa child, ChildKeysInOut keys, boolean inboundFirst) {
        try (keys) {
            KernelOptions options = child.config().kernel();
            OptionalInt ifindex = ladder.ifindex(options);
            if (ifindex.isEmpty()) {
                return Optional.of("interface '" + options.device() + "' not found");
            }
            int reqid = reqids.lease(child.connection(), child.name(), child.terms().selectors(), options.reqid());
            ChildPlacement.Order order = new ChildPlacement.Order(child, keys, reqid, ifindex.getAsInt(), inboundFirst,
                    together(child));
            return switch (placement.place(order)) {
                case ChildPlacement.Outcome.Placed placed -> {
                    place(order, placed);
                    yield Optional.empty();
                }
                case ChildPlacement.Outcome.Failed(String reason) -> {
                    release(child, reqid);
                    yield Optional.of(reason);
                }
            };
        }
    }

    /**
     * What takes this child's place is not to be mixed with it: it gets another number, unless that is configured, or a
     * device goes by it.
     */
    void renewReqid(ChildSa child) {
        if (!isPacketOffloaded(child.id())) {
            reqids.renew(child.connection(), child.name(), child.terms().selectors());
        }
    }

    /**
     * Installs the outbound SA that was left out; does nothing when none was.
     *
     * @return why it failed
     */
    Optional<SecondHalves.Outcome.Refused> complete(long id) {
        InstalledChild child = installed.get(id);
        if (!halves.waits(id) || child == null) {
            return Optional.empty();
        }
        return switch (halves.complete(child, () -> makeRoom(child))) {
            case SecondHalves.Outcome.Whole(InstalledChild whole) -> {
                register(whole);
                yield Optional.empty();
            }
            case SecondHalves.Outcome.Refused refused -> {
                refused.refusal().ifPresent(why -> placement.avoid(child.child(), why));
                yield Optional.of(refused);
            }
        };
    }

    /** Older ones that a device sends on are not needed as soon as a younger one is to send. */
    private List<SaSpec> makeRoom(InstalledChild fresh) {
        List<InstalledChild> old = older(fresh.child());
        old.forEach(child -> silent.add(child.child().id()));
        old.forEach(child -> LOG.debug("deleting SAD entry with SPI {}, for want of room", spi(child.pair().out())));
        return old.stream().map(child -> child.pair().out()).toList();
    }

    /** What becomes of those that this one was to replace, if they cannot send any more and nothing else does. */
    Stream<Event> stranded(ChildSa fresh) {
        NavigableSet<Long> all = senders.like(fresh);
        return all.stream().filter(_ -> silent.containsAll(all)).map(id -> SecondHalves.inPlaceOf(installed.get(id).child()));
    }

    /** Those in a device that still send, and that this one takes the place of. */
    private List<InstalledChild> older(ChildSa fresh) {
        return senders.like(fresh).headSet(fresh.id(), false).stream()
                .filter(id -> !silent.contains(id)).map(installed::get)
                .filter(child -> child.pair().out().offload() != null).toList();
    }

    /**
     * Takes children of one IKE SA to where their peer is now.
     *
     * @return those that were left as they are, since they cannot be moved safely
     */
    List<ChildSa> move(List<ChildSa> children) {
        List<ChildSa> left = new ArrayList<>();
        List<ChildMove> moves = new ArrayList<>();
        for (ChildSa child : children) {
            find(child.id()).map(old -> ChildMove.of(old, child, !isSilent(child.id()))).ifPresent(move -> {
                boolean together = moves.isEmpty() || moves.getFirst().from().equals(move.from());
                if (together && move.isPossible(can.migration())) {
                    moves.add(move);
                } else {
                    left.add(child);
                }
            });
        }
        carryOut(moves).ifPresent(reason -> {
            LOG.warn("unable to move CHILD_SAs to another address or port: {}", reason);
            moves.forEach(move -> left.add(move.after().child()));
        });
        return left;
    }

    private Optional<String> carryOut(List<ChildMove> moves) {
        if (moves.isEmpty()) {
            return Optional.empty();
        }
        PolicyLedger.Change policies = ledger.moving(moves.stream().map(move -> move.before().owner()).toList(),
                moves.getFirst().from(), moves.getFirst().to());
        List<KernelStep> steps = new ArrayList<>();
        moves.forEach(move -> steps.addAll(move.outboundSteps()));
        steps.addAll(policies.steps());
        moves.forEach(move -> steps.addAll(move.inboundSteps()));
        Optional<String> failure = writer.install(steps);
        if (failure.isEmpty()) {
            shadowed.commit(policies);
            for (ChildMove move : moves) {
                unregister(move.before());
                halves.move(move.after().child().id(), move.from(), move.to());
                register(move.after());
            }
        }
        return failure;
    }

    /** Whether a younger child sends in the place of this one. */
    boolean isReplaced(long id) {
        InstalledChild old = installed.get(id);
        return old != null && senders.like(old.child()).higher(id) != null;
    }

    /** A NIC sends on the oldest SA of a reqid, however many there are, and a CPU on its own SA as long as that is there. */
    void stopSending(long id) {
        InstalledChild old = installed.get(id);
        if (old != null && (old.packetOffload() ? isReplaced(id) : isAlone(old)) && !halves.has(id) && silent.add(id)) {
            writer.remove(List.of(KernelStep.remove(old.pair().out())));
            LOG.debug("deleted SAD entry with SPI {}", spi(old.pair().out()));
        }
    }

    /** Whether it is the only one that a CPU sends on. Behind the policies of a lane there has to be one always. */
    private boolean isAlone(InstalledChild child) {
        return child.child().resource().isBound() && !child.lanes().serves(child.child().resource())
                && !isReplaced(child.child().id());
    }

    /**
     * Whether an older child of one CPU, lane or device keeps packets from a younger one, which serves all: they share a
     * number, or a lane's policies come first.
     */
    boolean isInTheWay(long id) {
        InstalledChild old = installed.get(id);
        if (old == null) {
            return false;
        }
        boolean lane = old.lanes().serves(old.child().resource());
        return (lane || old.child().resource().isBound() || old.packetOffload())
                && Stream.of(Resource.FALLBACK, Resource.NONE).flatMap(all -> younger(id, PlanKey.of(old.child()), all))
                        .anyMatch(young -> lane || young.reqid() == old.reqid());
    }

    /** Those that send. */
    private Stream<InstalledChild> younger(long id, PlanKey key, Resource resource) {
        return senders.younger(id, key, resource).stream().map(installed::get);
    }

    /** Does nothing when the child is not installed. */
    void remove(long id) {
        silence(id).ifPresent(this::remove);
    }

    /** The inbound SA of a child that was silenced. */
    void remove(SaSpec in) {
        writer.remove(List.of(KernelStep.remove(in)));
        LOG.debug("deleted SAD entry with SPI {}", spi(in));
    }

    /**
     * Removes all of a child but its inbound SA, if that is a CPU's or a device decrypts: others of its peer go on, and
     * what that has sent on this one comes yet.
     *
     * @return that SA, which nobody knows any more
     */
    Optional<SaSpec> silence(long id) {
        InstalledChild gone = installed.remove(id);
        if (gone == null) {
            return Optional.empty();
        }
        unregister(gone);
        placement.forget(gone.child(), installed.values());
        boolean listens = gone.child().resource().isBound() || gone.packetOffload();
        PolicyLedger.Change policies = ledger.removing(gone.owner());
        // Outbound first; and policies before states, as a policy without its state raises acquires.
        List<KernelStep> steps = new ArrayList<>(policies.steps().stream().filter(KernelStep::isOutboundPolicy).toList());
        if (!halves.drop(id) && !silent.remove(id)) {
            steps.add(KernelStep.remove(gone.pair().out()));
        }
        if (!listens) {
            steps.add(KernelStep.remove(gone.pair().in()));
            LOG.debug("deleted SAD entry with SPI {}", spi(gone.pair().in()));
        }
        policies.steps().stream().filter(step -> !step.isOutboundPolicy()).forEach(steps::add);
        writer.remove(steps);
        shadowed.commit(policies);
        divisions.giveBack(gone.child(), gone.lanes(), gone.pair().out().reqid());
        release(gone.child(), gone.reqid());
        LOG.debug("deleted SAD entry with SPI {}", spi(gone.pair().out()));
        return Optional.of(gone.pair().in()).filter(_ -> listens);
    }

    Optional<InstalledChild> find(long id) {
        return Optional.ofNullable(installed.get(id));
    }

    /**
     * Our own SPIs are unique without their marks, which the kernel does not always tell. Those of two peers at one address,
     * told apart by marks, may be the same.
     */
    Optional<InstalledChild> find(SaId id) {
        return Optional.ofNullable(bySa.getOrDefault(id, bySa.get(key(id)))).map(installed::get);
    }

    /** What is known by now of where a child is. */
    void regrant(long id, Grant grant) {
        installed.computeIfPresent(id, (_, child) -> child.with(grant));
    }

    /** Whether the outbound SA of a child is left out. */
    boolean isHalf(long id) {
        return halves.has(id);
    }

    /** Whether it is to come yet. */
    boolean waits(long id) {
        return halves.waits(id);
    }

    boolean isPacketOffloaded(long id) {
        return find(id).map(InstalledChild::packetOffload).orElse(false);
    }

    /** Whether its outbound SA is not there, or not any more. */
    boolean isSilent(long id) {
        return isHalf(id) || silent.contains(id);
    }

    Collection<InstalledChild> all() {
        return List.copyOf(installed.values());
    }

    Map<Long, Placement> placements() {
        return installed.values().stream().collect(Collectors.toMap(child -> child.child().id(),
                child -> new Placement(child.isLane(), child.grant())));
    }

    /** Keeps the keys of an outbound SA that comes later, and the policies that are not to come before it. */
    private void place(ChildPlacement.Order order, ChildPlacement.Outcome.Placed placed) {
        if (order.inboundFirst()) {
            halves.keep(order.child().id(), SaPair.outKeys(order.keys()).copy(), placed.later());
        }
        register(placed.child());
        tell(placed.child());
    }

    /** What its policies are for has to be in one place: a CPU's SA goes where those of the other CPUs are. */
    private Predicate<Rung> together(ChildSa child) {
        if (child.config().kernel().offload() == HwOffload.NO || !child.resource().isBound()) {
            return _ -> true;
        }
        PlanKey key = PlanKey.of(child);
        Optional<InstalledChild> other = installed.values().stream()
                .filter(one -> PlanKey.of(one.child()).equals(key) && !one.child().resource().equals(child.resource()))
                .findFirst();
        return rung -> other.isEmpty() || (rung == Rung.PACKET) == other.get().packetOffload();
    }

    private void register(InstalledChild fresh) {
        installed.put(fresh.child().id(), fresh);
        divisions.up(fresh);
        bySa.put(key(fresh.pair().in().id()), fresh.child().id());
        // Until it sends, another peer at the same address may have an SA with its SPI.
        if (!halves.has(fresh.child().id())) {
            bySa.put(fresh.pair().out().id(), fresh.child().id());
            bySa.putIfAbsent(key(fresh.pair().out().id()), fresh.child().id());
            senders.add(fresh.child());
        }
    }

    private void unregister(InstalledChild gone) {
        divisions.down(gone);
        bySa.remove(key(gone.pair().in().id()), gone.child().id());
        bySa.remove(gone.pair().out().id(), gone.child().id());
        bySa.remove(key(gone.pair().out().id()), gone.child().id());
        senders.remove(gone.child());
    }

    private static void tell(InstalledChild fresh) {
        LOG.debug("added SAD entries with SPIs {} {} and reqid {}{}", spi(fresh.pair().in()), spi(fresh.pair().out()),
                fresh.pair().out().reqid(),
                fresh.isLane() ? ", lane " + fresh.child().resource().cpu()
                        : fresh.pair().in().cpu() == SaSpec.NO_CPU ? "" : ", cpu " + fresh.pair().in().cpu());
    }

    private void release(ChildSa child, int reqid) {
        reqids.release(child.connection(), child.name(), child.terms().selectors(), reqid);
    }

    private static String spi(SaSpec sa) {
        return "%08x".formatted(sa.id().spi());
    }

    private static SaId key(SaId id) {
        return new SaId(id.destination(), id.spi(), id.protocol(), Mark.NONE);
    }
}
