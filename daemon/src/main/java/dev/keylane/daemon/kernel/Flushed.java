package dev.keylane.daemon.kernel;

import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmRequest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Keeps journal and ledger true to what the kernel has removed by itself. What has come in its place is left alone. */
final class Flushed {
    private final KernelWriter writer;
    private final PolicyLedger ledger;
    private final Shadowed shadowed;
    private final ChildInstaller children;

    Flushed(KernelWriter writer, PolicyLedger ledger, ChildInstaller children) {
        this.writer = writer;
        this.ledger = ledger;
        this.shadowed = new Shadowed(writer, ledger);
        this.children = children;
    }

    /**
     * A device has forgotten everything. A kernel that has not come to that yet, or does not do it, is helped.
     *
     * @param gone the children that were on it
     * @return whose policies are not in the kernel any more
     */
    Set<PolicyOwner> on(Set<String> names, Collection<InstalledChild> gone) {
        names.forEach(writer::lost);
        Predicate<PolicySpec> there = policy -> policy.offload() != null && names.contains(policy.offload().device());
        Set<PolicyOwner> owners = ledger.wanting(there);
        PolicyLedger.Change change = ledger.flushing(there);
        List<KernelStep> steps = new ArrayList<>(change.steps());
        for (InstalledChild child : gone) {
            steps.add(KernelStep.remove(child.pair().out()));
            steps.add(KernelStep.remove(child.pair().in()));
        }
        remove(steps);
        ledger.commit(change);
        names.forEach(writer::lost);
        return owners;
    }

    /** Removes what is still there, and all of whose name fits. */
    private void remove(List<KernelStep> steps) {
        List<KernelStep> removals = steps.stream().filter(step -> step.creates() == null && step.destroys() != null)
                .toList();
        List<XfrmAnswer> answers = writer.submit(removals.stream().map(Flushed::query).toList());
        List<KernelStep> left = new ArrayList<>(steps);
        for (int i = 0; i < removals.size(); i++) {
            Owned owned = removals.get(i).destroys();
            if (owned != null && !isThere(answers.get(i), owned)) {
                writer.gone(owned);
                left.remove(removals.get(i));
            }
        }
        writer.remove(left);
    }

    private static XfrmRequest query(KernelStep removal) {
        return switch (removal.request()) {
            case XfrmRequest.DelSa(var id) -> new XfrmRequest.GetSa(id);
            case XfrmRequest.DelPolicy(var id) -> new XfrmRequest.GetPolicy(id);
            case XfrmRequest.NewSa _, XfrmRequest.UpdSa _, XfrmRequest.MigrateState _, XfrmRequest.GetSa _,
                 XfrmRequest.NewPolicy _, XfrmRequest.UpdPolicy _, XfrmRequest.GetPolicy _ -> removal.request();
        };
    }

    private static boolean isThere(XfrmAnswer answer, Owned owned) {
        return switch (answer) {
            case XfrmAnswer.Sa(var info) -> Owned.of(info).equals(owned);
            case XfrmAnswer.Policy(var info) -> Owned.of(info).equals(owned);
            case XfrmAnswer.Done _, XfrmAnswer.Refused _ -> false;
        };
    }

    /** Those that have not all of their SAs in the kernel. */
    List<Absence> missing(Collection<InstalledChild> among) {
        List<InstalledChild> asked = List.copyOf(among);
        List<XfrmAnswer> in = ask(asked, SaPair::in);
        List<XfrmAnswer> out = ask(asked, SaPair::out);
        Set<Owned> present = new HashSet<>();
        Stream.concat(in.stream(), out.stream()).forEach(answer -> {
            if (answer instanceof XfrmAnswer.Sa(var info)) {
                present.add(Owned.of(info));
            }
        });
        return missing(asked, present);
    }

    /** @param present of the kernel's SAs */
    List<Absence> missing(Collection<InstalledChild> among, Set<Owned> present) {
        return among.stream().map(child -> Absence.of(child, !children.isSilent(child.child().id()), present))
                .flatMap(Optional::stream).toList();
    }

    private List<XfrmAnswer> ask(List<InstalledChild> asked, Function<SaPair, SaSpec> which) {
        return writer.submit(asked.stream()
                .<XfrmRequest>map(child -> new XfrmRequest.GetSa(which.apply(child.pair()).id())).toList());
    }

    /** These SAs of it are gone, by whatever hand; the other, if it is there, goes with the child. */
    void forget(Absence absence) {
        absence.gone().forEach(writer::gone);
    }

    /** Policies that should be in the kernel and are not among these; first what must be there before the others. */
    List<PolicySpec> missingPolicies(Set<Owned> present) {
        return Stream.concat(writer.passing().stream(), ledger.installed().stream())
                .filter(policy -> !present.contains(Owned.of(policy))).toList();
    }

    /**
     * Each for itself, but none into a device that has refused something that must be there before. Where another program
     * has a policy of the same selector by now, that one stays, and ours is forgotten.
     *
     * @return why some could not be put back
     */
    List<String> putBack(List<PolicySpec> policies) {
        List<String> reasons = new ArrayList<>();
        Set<String> shut = new HashSet<>();
        List<KernelStep> back = new ArrayList<>();
        for (PolicySpec policy : policies) {
            String device = policy.offload() == null ? "" : policy.offload().device();
            if (shut.contains(device)) {
                continue;
            }
            writer.gone(Owned.of(policy));
            KernelStep step = putBack(policy);
            Optional<KernelWriter.Failure> failure = writer.attempt(List.of(step));
            failure.ifPresent(refused -> reasons.add(refused.text()));
            if (failure.isEmpty()) {
                back.add(step);
            }
            boolean taken = failure.filter(refused -> refused.error().errno() == EEXIST).isPresent();
            if (taken) {
                ledger.commit(ledger.flushing(each -> each.id().equals(policy.id())));
            }
            if (failure.isPresent() && !taken && policy.offload() != null && policy.templates().isEmpty()) {
                shut.add(device);
            }
        }
        shadowed.comeForth(back);
        return reasons;
    }

    /** What stands in its place may be an older one of ours. */
    private KernelStep putBack(PolicySpec policy) {
        XfrmAnswer there = writer.submit(List.of(new XfrmRequest.GetPolicy(policy.id()))).getFirst();
        return there instanceof XfrmAnswer.Policy(var info) && writer.owns(Owned.of(info))
                ? KernelStep.replace(info.spec(), policy) : KernelStep.install(policy);
    }

    private static final int EEXIST = 17;
}
