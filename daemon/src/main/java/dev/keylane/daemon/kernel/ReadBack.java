package dev.keylane.daemon.kernel;

import dev.keylane.daemon.offload.Rung;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmError;
import dev.keylane.xfrm.XfrmRequest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where states and policies have come to be, as the kernel says: it does in software what a driver passes over. */
final class ReadBack {
    private final KernelWriter writer;

    ReadBack(KernelWriter writer) {
        this.writer = writer;
    }

    /**
     * @param lowest rung that one of them is on
     * @param amiss  the first that is not there; or that is not in the device though it was to be, for its policies, which are,
     *               would send nothing
     */
    record States(Rung lowest, Optional<KernelWriter.Failure> amiss) {
        /** Of what was asked of no device. */
        static final States SOFTWARE = new States(Rung.SOFTWARE, Optional.empty());
    }

    /** Crypto offload that a device does not have is silently done in software, and nothing is amiss. */
    States states(List<SaSpec> installed) {
        List<XfrmAnswer> answers = writer.submit(installed.stream()
                .<XfrmRequest>map(sa -> new XfrmRequest.GetSa(sa.id())).toList());
        Rung lowest = Rung.PACKET;
        Optional<KernelWriter.Failure> amiss = Optional.empty();
        for (int i = 0; i < installed.size(); i++) {
            SaSpec sa = installed.get(i);
            Rung wanted = Rung.of(sa.offload());
            Rung got = answers.get(i) instanceof XfrmAnswer.Sa(var info) ? Rung.of(info.offload()) : Rung.SOFTWARE;
            lowest = got.compareTo(lowest) < 0 ? got : lowest;
            if (answers.get(i) instanceof XfrmAnswer.Refused(var error) && error.errno() == ESRCH) {
                amiss = amiss.or(() -> Optional.of(failure(KernelStep.name(sa), error)));
            } else if (wanted == Rung.PACKET && got != wanted && answers.get(i) instanceof XfrmAnswer.Sa) {
                amiss = amiss.or(() -> Optional.of(failure(KernelStep.name(sa), elsewhere("GETSA"))));
            }
        }
        return new States(lowest, amiss);
    }

    /** The first policy that was to be in hardware and is not; its states, which are, would carry nothing. */
    Optional<KernelWriter.Failure> policies(List<KernelStep> carriedOut) {
        List<PolicySpec> wanted = carriedOut.stream().flatMap(ReadBack::installed)
                .filter(policy -> policy.offload() != null).toList();
        List<XfrmAnswer> answers = writer.submit(wanted.stream()
                .<XfrmRequest>map(policy -> new XfrmRequest.GetPolicy(policy.id())).toList());
        for (int i = 0; i < wanted.size(); i++) {
            PolicySpec policy = wanted.get(i);
            if (answers.get(i) instanceof XfrmAnswer.Refused(var error) && error.errno() == ENOENT) {
                return Optional.of(failure(KernelStep.install(policy).what(), error));
            }
            if (answers.get(i) instanceof XfrmAnswer.Policy(var info)
                    && Rung.of(info.spec().offload()) != Rung.of(policy.offload())) {
                return Optional.of(failure(KernelStep.install(policy).what(), elsewhere("GETPOLICY")));
            }
        }
        return Optional.empty();
    }

    private static XfrmError elsewhere(String request) {
        return new XfrmError(request, EOPNOTSUPP, "EOPNOTSUPP", "accepted, but in software");
    }

    private static KernelWriter.Failure failure(String what, XfrmError error) {
        return new KernelWriter.Failure("unable to install " + what + " in kernel: " + error, error);
    }

    private static Stream<PolicySpec> installed(KernelStep step) {
        return switch (step.request()) {
            case XfrmRequest.NewPolicy(var policy) -> Stream.of(policy);
            case XfrmRequest.UpdPolicy(var policy) -> Stream.of(policy);
            case XfrmRequest.NewSa _, XfrmRequest.UpdSa _, XfrmRequest.MigrateState _, XfrmRequest.DelSa _,
                 XfrmRequest.GetSa _, XfrmRequest.DelPolicy _, XfrmRequest.GetPolicy _ -> Stream.empty();
        };
    }

    private static final int ENOENT = 2;
    private static final int ESRCH = 3;
    private static final int EOPNOTSUPP = 95;
}
