package dev.keylane.daemon.kernel;

import dev.keylane.daemon.offload.Grant;
import dev.keylane.daemon.offload.OffloadReport;
import dev.keylane.daemon.offload.Refusal;
import dev.keylane.daemon.offload.Rung;
import dev.keylane.ike.child.ChildKeysInOut;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicyId.Direction;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmCapabilities;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Puts a Child SA on the highest rung of its ladder that it can have, and reads back where it came to be. SAs and policies
 * go together, rung by rung: the kernel never combines a policy of packet offload with another kind of state, and a mixture
 * would send nothing at all.
 */
final class ChildPlacement {
    private final KernelWriter writer;
    private final PolicyLedger ledger;
    private final OffloadLadder ladder;
    private final Divisions divisions;
    private final Egress egress;
    private final OffloadReport report;
    private final XfrmCapabilities can;
    private final RandomGenerator random;
    private final ReadBack readBack;
    private final Shadowed shadowed;
    private final Map<PlanKey, Refusal> avoided = new HashMap<>();
    /** Of policies, which those that begin with the inbound SA would hear of when it is too late to come down. */
    private final Map<PlanKey, Refusal> policiesRefused = new HashMap<>();

    ChildPlacement(KernelParts parts, OffloadReport report, RandomGenerator random) {
        this.writer = parts.writer();
        this.ledger = parts.ledger();
        this.ladder = parts.ladder();
        this.divisions = parts.divisions();
        this.egress = parts.egress();
        this.report = report;
        this.can = parts.can();
        this.random = random;
        this.readBack = new ReadBack(writer);
        this.shadowed = new Shadowed(writer, ledger);
    }

    /**
     * @param ifindex      interface the policies are restricted to, 0 for none
     * @param inboundFirst leave the outbound SA out for now
     * @param fits         which rungs go together with the others that its policies are for
     */
    record Order(ChildSa child, ChildKeysInOut keys, int reqid, int ifindex, boolean inboundFirst, Predicate<Rung> fits) {
    }

    sealed interface Outcome {
        /** @param later policies of its lane, which are not to come before its outbound SA */
        record Placed(InstalledChild child, List<PolicySpec> later) implements Outcome {
            public Placed {
                later = List.copyOf(later);
            }
        }

        /** Nothing of it is in the kernel. */
        record Failed(String reason) implements Outcome {
        }
    }

    Outcome place(Order order) {
        Path path = order.child().path();
        String failure = "no interface found for HW offload of " + path.local().address();
        List<Refusal> refusals = new ArrayList<>(
                ladder.distrusted(order.child().config().kernel(), path.local().address()));
        Optional<Refusal> avoid = avoided(order);
        for (Optional<SaSpec.Offload> offload : ladder.rungs(order.child().config().kernel(), path.local().address())) {
            Rung rung = Rung.of(offload.orElse(null));
            if (avoid.filter(why -> rung.compareTo(why.rung()) >= 0 && offload.isPresent()).isPresent()) {
                failure = avoid.get().words();
                refusals.add(new Refusal(rung, offload.get().device(), avoid.get().reason(), failure));
                continue;
            }
            if (!order.fits().test(rung)) {
                failure = "the SAs of its other CPUs are " + (rung == Rung.PACKET ? "not " : "") + "in packet offload";
                continue;
            }
            Optional<String> past = offload.flatMap(asked -> egress.past(asked.device(),
                    order.child().config().kernel(), path.local().address(), path.remote().address()));
            if (rung == Rung.PACKET && past.isPresent()) {
                failure = past.get() + ": Linux would drop them";
                refusals.add(new Refusal(rung, offload.orElseThrow().device(), Refusal.Reason.NO_DEVICE, failure));
                continue;
            }
            List<PolicySpec> policies = policies(order, offload);
            if (policies.isEmpty() && order.child().config().kernel().policies()) {
                return new Outcome.Failed("no policy fits the traffic selectors");
            }
            Optional<Refusal> mixed = ledger.mixedUp(policies);
            if (mixed.isPresent()) {
                failure = mixed.get().words();
                refusals.add(mixed.get());
                continue;
            }
            LaneShare share = divisions.take(order.child(), order.reqid(), offload.orElse(null), policies);
            InstalledChild fresh = fresh(order, offload, policies, share);
            Attempt attempt = install(order, fresh, policies, share);
            if (attempt.failure().isEmpty()) {
                past.ifPresent(words -> refusals.add(new Refusal(rung, offload.orElseThrow().device(),
                        Refusal.Reason.SOFTWARE, words + ": Linux encrypts them by itself")));
                if (!order.inboundFirst() && rung == Rung.PACKET) {
                    policiesRefused.remove(PlanKey.of(order.child()));
                }
                InstalledChild placed = granted(order, fresh, offload, attempt.got(), refusals);
                report.granted(placed.child().name(), placed.child().id(), placed.grant(), avoid.stream().toList());
                return new Outcome.Placed(placed, share.policies());
            }
            divisions.giveBack(order.child(), share.lanes(), share.reqid());
            KernelWriter.Failure refused = attempt.failure().get();
            failure = refused.text();
            offload.map(asked -> Refusal.of(rung, asked.device(), refused.error(), refused.text())).ifPresent(why -> {
                refusals.add(why);
                remember(order, why, attempt);
            });
            if (attempt.spent()) {
                break;
            }
        }
        report.failed(refusals);
        return new Outcome.Failed(failure);
    }

    private Optional<Refusal> avoided(Order order) {
        PlanKey key = PlanKey.of(order.child());
        return comesDown(order.child()) ? Optional.ofNullable(avoided.remove(key))
                .or(() -> Optional.ofNullable(policiesRefused.get(key)).filter(_ -> order.inboundFirst())) : Optional.empty();
    }

    /** Those that do not begin with the inbound SA try again each time. */
    private void remember(Order order, Refusal refusal, Attempt attempt) {
        if (attempt.policies() && comesDown(order.child())) {
            policiesRefused.put(PlanKey.of(order.child()), refusal);
        }
    }

    /** The next one in its place begins below what was refused for the second half of this one. */
    void avoid(ChildSa child, Refusal refused) {
        if (refused.reason() != Refusal.Reason.EXISTS && comesDown(child)) {
            avoided.put(PlanKey.of(child), refused);
            if (refused.reason() == Refusal.Reason.UNSUPPORTED) {
                policiesRefused.put(PlanKey.of(child), refused);
            }
        }
    }

    /** Whether a lower rung will do: those of CPUs and lanes have to be where the others are. */
    static boolean comesDown(ChildSa child) {
        return child.config().kernel().offload() == HwOffload.AUTO && !child.resource().isBound();
    }

    /** It has gone; with the last of its kind goes what the next one was to avoid. */
    void forget(ChildSa gone, Collection<InstalledChild> left) {
        PlanKey key = PlanKey.of(gone);
        if ((avoided.containsKey(key) || policiesRefused.containsKey(key)) && left.stream().noneMatch(child -> PlanKey.of(child.child()).equals(key))) {
            avoided.remove(key);
            policiesRefused.remove(key);
        }
    }

    private static List<PolicySpec> policies(Order order, Optional<SaSpec.Offload> offload) {
        ChildSa child = order.child();
        return new PolicyDemand(child.terms().mode(), child.terms().selectors(), child.path().local().address(),
                child.path().remote().address(), order.reqid(), child.config().kernel(), order.ifindex(),
                offload.filter(SaSpec.Offload::packet).orElse(null), PolicyPriority.SA).policies();
    }

    private InstalledChild fresh(Order order, Optional<SaSpec.Offload> offload, List<PolicySpec> policies,
                                 LaneShare share) {
        boolean bound = can.perCpu() && !share.lanes().isDivided() && offload.filter(SaSpec.Offload::packet).isEmpty();
        SaPair pair = SaPair.of(order.child(), order.reqid(), offload.orElse(null), bound, random)
                .sendingAs(share.reqid());
        List<PolicyId> outbound = policies.stream().map(PolicySpec::id).filter(id -> id.direction() == Direction.OUT)
                .toList();
        return new InstalledChild(order.child(), order.reqid(), pair, outbound, share.lanes(),
                share.policies().stream().map(PolicySpec::id).toList(), Grant.NONE);
    }

    /**
     * @param got    as read back, when it has not failed
     * @param spent  its outbound SA was elsewhere than it was to be, and may have sent: no other rung is to have its key
     * @param states whether the device has taken them
     */
    private record Attempt(Optional<KernelWriter.Failure> failure, Rung got, boolean spent, boolean states) {
        /** Whether it was these that were refused. */
        boolean policies() {
            return failure.isPresent() && states;
        }
    }

    private Attempt install(Order order, InstalledChild fresh, List<PolicySpec> policies, LaneShare share) {
        // A lane's policy must not be there before its outbound SA is, nor after it.
        List<PolicySpec> now = order.inboundFirst() ? policies
                : Stream.concat(policies.stream(), share.policies().stream()).toList();
        PolicyLedger.Change change = ledger.adding(fresh.owner(), now, order.inboundFirst());
        writer.number(order.reqid(), ChildName.of(order.child()));
        writer.number(share.reqid(), ChildName.of(order.child()));
        List<KernelStep> states = new ArrayList<>();
        // RFC 7296 §2.8: a node MUST be ready to receive on a new SA before it tells the peer.
        states.add(KernelStep.install(fresh.pair().in(), SaPair.inKeys(order.keys())));
        if (!order.inboundFirst()) {
            states.add(KernelStep.install(fresh.pair().out(), SaPair.outKeys(order.keys())));
        }
        Attempt attempt = order.child().config().kernel().offload() == HwOffload.NO
                ? new Attempt(writer.attempt(Stream.concat(states.stream(), change.steps().stream()).toList()), Rung.SOFTWARE,
                        false, false)
                : inTwoSteps(order, fresh, states, change.steps());
        if (attempt.failure().isEmpty()) {
            shadowed.commit(change);
        }
        return attempt;
    }

    /** A policy may move to another rung only when its SAs are there: a refused SA does not stop a batch. */
    private Attempt inTwoSteps(Order order, InstalledChild fresh, List<KernelStep> states, List<KernelStep> policies) {
        List<SaSpec> sas = order.inboundFirst() ? List.of(fresh.pair().in()) : List.of(fresh.pair().in(), fresh.pair().out());
        if (fresh.pair().in().offload() == null) {
            return new Attempt(writer.attempt(states).or(() -> policies(sas, policies)), Rung.SOFTWARE, false, false);
        }
        Rung lowest = Rung.PACKET;
        for (int i = 0; i < sas.size(); i++) {
            Optional<KernelWriter.Failure> refused = writer.attempt(List.of(states.get(i)));
            ReadBack.States got = refused.isPresent() ? ReadBack.States.SOFTWARE : readBack.states(List.of(sas.get(i)));
            if (refused.isPresent() || got.amiss().isPresent()) {
                takeBack(sas.subList(0, refused.isPresent() ? i : i + 1));
                return new Attempt(refused.or(got::amiss), Rung.SOFTWARE, refused.isEmpty() && i > 0, false);
            }
            lowest = got.lowest().compareTo(lowest) < 0 ? got.lowest() : lowest;
        }
        return new Attempt(policies(sas, policies), lowest, false, true);
    }

    private Optional<KernelWriter.Failure> policies(List<SaSpec> sas, List<KernelStep> policies) {
        Optional<KernelWriter.Failure> failure = writer.attempt(policies).or(() -> notInHardware(policies));
        if (failure.isPresent()) {
            takeBack(sas);
        }
        return failure;
    }

    private void takeBack(List<SaSpec> sas) {
        writer.remove(sas.reversed().stream().map(KernelStep::remove).toList());
    }

    /** Takes back policies that the kernel has kept for itself. */
    private Optional<KernelWriter.Failure> notInHardware(List<KernelStep> policies) {
        Optional<KernelWriter.Failure> failure = readBack.policies(policies);
        if (failure.isPresent()) {
            writer.remove(policies.reversed().stream().map(KernelStep::reversed).toList());
        }
        return failure;
    }

    private InstalledChild granted(Order order, InstalledChild fresh, Optional<SaSpec.Offload> offload, Rung got,
                                   List<Refusal> refusals) {
        Rung wanted = Rung.of(offload.orElse(null));
        String device = offload.map(SaSpec.Offload::device)
                .orElseGet(() -> refusals.isEmpty() ? "" : refusals.getFirst().device());
        Grant grant = Grant.of(order.child().config().kernel().offload(), wanted, got, device, refusals);
        return fresh.with(grant);
    }
}
