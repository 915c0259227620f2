package dev.keylane.daemon.kernel;

import dev.keylane.daemon.offload.Grant;
import dev.keylane.daemon.offload.OffloadReport;
import dev.keylane.daemon.offload.Refusal;
import dev.keylane.daemon.offload.Rung;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.sa.Event;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaKeys;
import dev.keylane.xfrm.SaSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Outbound SAs that are left out for now, with the policies that are not to come before them. A device that took the inbound
 * one may refuse these: its table is full by then, or takes no two of one reqid.
 */
final class SecondHalves {
    private final KernelWriter writer;
    private final PolicyLedger ledger;
    private final OffloadReport report;
    private final ReadBack readBack;
    private final Shadowed shadowed;
    private final Map<Long, Half> halves = new HashMap<>();

    /**
     * What is left out of a child for now.
     *
     * @param spent it has been refused, and its keys are wiped
     */
    private record Half(SaKeys keys, List<PolicySpec> policies, boolean spent) {
    }

    sealed interface Outcome {
        /** @param child as it is granted now, all of it */
        record Whole(InstalledChild child) implements Outcome {
        }

        /**
         * It stays half, for good: a state with its name is somebody else's.
         *
         * @param refusal the device's, if it was that
         */
        record Refused(String reason, Optional<Refusal> refusal) implements Outcome {
            Event instead(ChildSa child) {
                return refusal.isPresent() ? inPlaceOf(child) : new Event.TerminateChild(0, child.id(), false);
            }
        }
    }

    SecondHalves(KernelParts parts, OffloadReport report) {
        this.writer = parts.writer();
        this.ledger = parts.ledger();
        this.report = report;
        this.readBack = new ReadBack(writer);
        this.shadowed = new Shadowed(writer, ledger);
    }

    /**
     * A child that cannot send is of no use. Where software will do, new keys take its place, and otherwise nothing; those of
     * single CPUs and lanes have others to fall back on.
     */
    static Event inPlaceOf(ChildSa child) {
        return ChildPlacement.comesDown(child) ? new Event.RekeyChild(0, child.id())
                : new Event.TerminateChild(0, child.id(), false);
    }

    /** @param keys a copy */
    void keep(long child, SaKeys keys, List<PolicySpec> policies) {
        halves.put(child, new Half(keys, List.copyOf(policies), false));
    }

    boolean has(long child) {
        return halves.containsKey(child);
    }

    /** Whether it can still come. */
    boolean waits(long child) {
        Half half = halves.get(child);
        return half != null && !half.spent();
    }

    /** Whether there was one. */
    boolean drop(long child) {
        Half half = halves.remove(child);
        if (half != null) {
            half.keys().close();
        }
        return half != null;
    }

    void move(long child, IpAddress from, IpAddress to) {
        halves.computeIfPresent(child, (_, half) ->
                new Half(half.keys(), half.policies().stream().map(policy -> policy.moved(from, to)).toList(),
                        half.spent()));
    }

    /**
     * Tries it once: the SA may have sent before its policies were refused, and no nonce is to come twice.
     *
     * @param child whose other half waits
     * @param room  SAs that may go to make some on the device, asked for if it is wanted; the SA, which was not there yet, is
     *              offered once more in their place
     */
    Outcome complete(InstalledChild child, Supplier<List<SaSpec>> room) {
        Half half = Objects.requireNonNull(halves.get(child.child().id()));
        PolicyLedger.Change change = ledger.awakening(child.owner(), half.policies());
        KernelStep state = KernelStep.install(child.pair().out(), half.keys());
        Optional<KernelWriter.Failure> failure;
        ReadBack.States got = ReadBack.States.SOFTWARE;
        if (child.child().config().kernel().offload() == HwOffload.NO) {
            failure = writer.attempt(Stream.concat(Stream.of(state), change.steps().stream()).toList());
        } else {
            failure = writer.attempt(List.of(state));
            List<SaSpec> old = failure.filter(refused -> wantsRoom(child, refused)).map(_ -> room.get()).orElse(List.of());
            if (!old.isEmpty()) {
                failure = writer.replace(old, state);
            }
            if (failure.isEmpty()) {
                got = asked(child) ? readBack.states(List.of(child.pair().out())) : ReadBack.States.SOFTWARE;
                failure = policies(child.pair().out(), got, change.steps());
            }
        }
        if (failure.isPresent()) {
            return refused(child, failure.get());
        }
        shadowed.commit(change);
        drop(child.child().id());
        return new Outcome.Whole(regranted(child, got.lowest()));
    }

    private static boolean asked(InstalledChild child) {
        return child.pair().out().offload() != null;
    }

    private static boolean wantsRoom(InstalledChild child, KernelWriter.Failure refused) {
        return refusal(child, refused).filter(why -> switch (why.reason()) {
            case FULL, UNSUPPORTED -> true;
            // Another SA has the name, or so a driver speaks of its own rules.
            case EXISTS -> !refused.error().text().isEmpty();
            case BUSY, NO_DEVICE, SOFTWARE, IDLE, OTHER -> false;
        }).isPresent();
    }

    /** They follow their SA, and it goes when they cannot. */
    private Optional<KernelWriter.Failure> policies(SaSpec out, ReadBack.States got, List<KernelStep> policies) {
        Optional<KernelWriter.Failure> failure = got.amiss().or(() -> writer.attempt(policies));
        if (failure.isEmpty()) {
            failure = readBack.policies(policies);
            if (failure.isPresent()) {
                writer.remove(policies.reversed().stream().map(KernelStep::reversed).toList());
            }
        }
        if (failure.isPresent()) {
            writer.remove(List.of(KernelStep.remove(out)));
        }
        return failure;
    }

    private Outcome refused(InstalledChild child, KernelWriter.Failure failure) {
        Optional<Refusal> refusal = refusal(child, failure);
        report.failed(refusal.stream().toList());
        halves.computeIfPresent(child.child().id(), (_, half) -> {
            half.keys().close();
            return new Half(half.keys(), half.policies(), true);
        });
        return new Outcome.Refused(failure.text(), refusal);
    }

    private static Optional<Refusal> refusal(InstalledChild child, KernelWriter.Failure failure) {
        return Optional.ofNullable(child.pair().out().offload()).map(asked ->
                Refusal.of(Rung.of(asked), asked.device(), failure.error(), failure.text()));
    }

    /** The kernel may have kept the outbound SA for itself. */
    private InstalledChild regranted(InstalledChild child, Rung got) {
        Rung wanted = Rung.of(child.pair().out().offload());
        Grant before = child.grant();
        if (got.compareTo(before.granted()) >= 0) {
            return child;
        }
        Grant grant = Grant.of(before.asked(), wanted, got, before.device(), before.refusals());
        report.lowered(child.child().name(), child.child().id(), before, grant);
        return child.with(grant);
    }
}
