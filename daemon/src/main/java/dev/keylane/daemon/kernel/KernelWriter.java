package dev.keylane.daemon.kernel;

import dev.keylane.daemon.offload.OffloadHints;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmError;
import dev.keylane.xfrm.XfrmKernel;
import dev.keylane.xfrm.XfrmRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends batches to the kernel and keeps the journal true to what is in it. */
final class KernelWriter {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final XfrmKernel kernel;
    private final OwnedState owned;
    private final HardwareBypass bypass;

    KernelWriter(XfrmKernel kernel, OwnedState owned, HardwareBypass bypass) {
        this.kernel = kernel;
        this.owned = owned;
        this.bypass = bypass;
    }

    /**
     * The first request that was refused.
     *
     * @param text as one line
     */
    record Failure(String text, XfrmError error) {
    }

    /**
     * Carries out all steps or none.
     *
     * @return the kernel's refusal, as one line; then what had been done is undone
     */
    Optional<String> install(List<KernelStep> steps) {
        return attempt(steps).map(Failure::text);
    }

    /** As {@link #install}, with the refusal itself. */
    Optional<Failure> attempt(List<KernelStep> steps) {
        Optional<Failure> failure = bypass.before(requests(steps), step -> carryOut(List.of(step)))
                .or(() -> carryOut(steps));
        List<XfrmRequest> done = failure.isEmpty() ? requests(steps)
                : steps.stream().map(KernelStep::undo).filter(Objects::nonNull).toList();
        takeAway(bypass.after(done));
        return failure;
    }

    private Optional<Failure> carryOut(List<KernelStep> steps) {
        Set<Owned> fresh = owned.add(steps.stream().map(KernelStep::creates).filter(Objects::nonNull).toList());
        List<XfrmAnswer> answers = submit(steps.stream().map(KernelStep::request).toList());
        Optional<Failure> failure = failure(steps, answers);
        if (failure.isPresent()) {
            rollBack(steps, answers, fresh);
        } else {
            owned.remove(steps.stream().map(KernelStep::destroys).filter(Objects::nonNull).toList());
        }
        return failure;
    }

    /**
     * Carries out what can be carried out; what is not there any more counts as removed. What the journal does not name is
     * passed over: it has gone by itself, and whatever has its name by now is somebody else's.
     */
    void remove(List<KernelStep> steps) {
        // Each for itself: what one device refuses is no reason to lock IKE in on another.
        requests(steps.stream().filter(step -> !isGone(step)).toList()).forEach(replacing ->
                bypass.before(List.of(replacing), step -> carryOut(List.of(step))).ifPresent(failure ->
                        LOG.warn("IKE cannot pass beside policies that are in hardware again: {}", failure.text())));
        takeAway(steps);
        takeAway(bypass.after(requests(steps)));
    }

    /** The device has forgotten its policies: the ones that let IKE pass come again with the next that needs them. */
    void lost(String device) {
        takeAway(bypass.lost(device));
    }

    /**
     * Policies of an earlier run are taken over.
     *
     * @param passing those of them without templates
     * @return what of {@code passing} lets IKE pass beside the others, and goes with these
     */
    Set<PolicySpec> inherit(List<PolicySpec> kept, List<PolicySpec> passing) {
        return bypass.inherit(kept, passing, step -> carryOut(List.of(step)));
    }

    /** What lets IKE pass beside policies in hardware: the ledger has none of it. */
    List<PolicySpec> passing() {
        return bypass.installed();
    }

    private static List<XfrmRequest> requests(List<KernelStep> steps) {
        return steps.stream().map(KernelStep::request).toList();
    }

    /**
     * Puts one state in the place of others, which go whatever becomes of it. It is all one message to the kernel: between the
     * two there is nothing to send on.
     */
    Optional<Failure> replace(List<SaSpec> old, KernelStep fresh) {
        List<KernelStep> steps = stillThere(old.stream().map(KernelStep::remove).toList());
        Set<Owned> added = owned.add(Stream.ofNullable(fresh.creates()).toList());
        List<XfrmAnswer> answers = submit(requests(Stream.concat(steps.stream(), Stream.of(fresh)).toList()));
        takenAway(steps, answers, Set.of());
        Optional<Failure> failure = failure(List.of(fresh), List.of(answers.getLast()));
        if (failure.isPresent()) {
            owned.remove(added);
        }
        return failure;
    }

    private void takeAway(List<KernelStep> all) {
        List<KernelStep> steps = stillThere(all);
        Set<Owned> fresh = owned.add(steps.stream().map(KernelStep::creates).filter(Objects::nonNull).toList());
        takenAway(steps, submit(requests(steps)), fresh);
    }

    private List<KernelStep> stillThere(List<KernelStep> all) {
        all.stream().filter(this::isGone).forEach(this::tellGone);
        return all.stream().filter(step -> !isGone(step)).toList();
    }

    private void takenAway(List<KernelStep> steps, List<XfrmAnswer> answers, Set<Owned> fresh) {
        List<Owned> gone = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            KernelStep step = steps.get(i);
            boolean absent = answers.get(i) instanceof XfrmAnswer.Refused refused && isAbsence(refused.error());
            if (answers.get(i) instanceof XfrmAnswer.Refused refused && !absent) {
                LOG.warn("unable to remove or replace {} in kernel: {}", step.what(), refused.error());
                Optional.ofNullable(step.creates()).filter(fresh::contains).ifPresent(gone::add);
            } else if (step.destroys() != null) {
                gone.add(step.destroys());
            }
        }
        owned.remove(gone);
    }

    private boolean isGone(KernelStep step) {
        return step.destroys() != null && !owned.contains(step.destroys());
    }

    private void tellGone(KernelStep step) {
        if (step.request() instanceof XfrmRequest.DelSa(var id)) {
            kernel.gone(id);
        }
    }

    /** What is installed with this number is this child's: so a later run knows it again. */
    void number(int reqid, ChildName name) {
        owned.add(Set.of(new Owned.Number(reqid, name)));
    }

    /** Whether the journal names it. */
    boolean owns(Owned entry) {
        return owned.contains(entry);
    }

    List<XfrmAnswer> submit(List<XfrmRequest> requests) {
        return requests.isEmpty() ? List.of() : kernel.submit(requests);
    }

    /** The kernel removed it by itself. */
    void gone(Owned entry) {
        owned.remove(Set.of(entry));
        if (entry instanceof Owned.Sa sa) {
            kernel.gone(sa.id());
        }
    }

    /** @param fresh what the journal did not know before; the rest is there on another's account and stays in it */
    private void rollBack(List<KernelStep> steps, List<XfrmAnswer> answers, Set<Owned> fresh) {
        List<XfrmRequest> undo = new ArrayList<>();
        List<KernelStep> undone = new ArrayList<>();
        List<Owned> gone = new ArrayList<>();
        for (int i = steps.size() - 1; i >= 0; i--) {
            KernelStep step = steps.get(i);
            if (answers.get(i).isRefused()) {
                forget(step.creates(), gone);
            } else if (step.undo() != null) {
                undo.add(step.undo());
                undone.add(step);
            }
        }
        List<XfrmAnswer> results = submit(undo);
        for (int i = 0; i < undone.size(); i++) {
            if (results.get(i) instanceof XfrmAnswer.Refused refused && !isAbsence(refused.error())) {
                LOG.error("unable to take back {}: {}", undone.get(i).what(), refused.error());
            } else {
                forget(undone.get(i).goesWithUndo(), gone);
            }
        }
        owned.remove(gone.stream().filter(fresh::contains).toList());
    }

    private static void forget(@Nullable Owned entry, List<Owned> gone) {
        if (entry != null) {
            gone.add(entry);
        }
    }

    private static Optional<Failure> failure(List<KernelStep> steps, List<XfrmAnswer> answers) {
        for (int i = 0; i < answers.size(); i++) {
            if (answers.get(i) instanceof XfrmAnswer.Refused refused) {
                XfrmRequest request = steps.get(i).request();
                return Optional.of(new Failure("unable to install " + steps.get(i).what() + " in kernel: "
                        + refused.error() + hint(request, refused.error()), refused.error()));
            }
        }
        return Optional.empty();
    }

    /** What the kernel's words mean here, or its bare error number where it gave none. */
    private static String hint(XfrmRequest request, XfrmError error) {
        return switch (request) {
            case XfrmRequest.NewPolicy _ when error.errno() == EEXIST && error.text().isEmpty() ->
                    " (another program has a policy with this selector)";
            case XfrmRequest.NewSa _ when error.errno() == EEXIST && error.text().isEmpty() -> " (the SPI is taken)";
            case XfrmRequest.NewSa(SaSpec sa, _) -> hint(sa.offload(), error);
            case XfrmRequest.NewPolicy(PolicySpec policy) -> hint(policy.offload(), error);
            case XfrmRequest.UpdPolicy(PolicySpec policy) -> hint(policy.offload(), error);
            case XfrmRequest.UpdSa _, XfrmRequest.MigrateState _, XfrmRequest.DelSa _,
                 XfrmRequest.DelPolicy _, XfrmRequest.GetSa _, XfrmRequest.GetPolicy _ -> "";
        };
    }

    private static String hint(SaSpec.@Nullable Offload offload, XfrmError error) {
        return offload == null ? "" : OffloadHints.of(error.toString(), offload.device())
                .map(hint -> " (" + hint + ")").orElse("");
    }

    private static boolean isAbsence(XfrmError error) {
        return error.errno() == ESRCH || error.errno() == ENOENT;
    }

    private static final int ENOENT = 2;
    private static final int ESRCH = 3;
    private static final int EEXIST = 17;
}
