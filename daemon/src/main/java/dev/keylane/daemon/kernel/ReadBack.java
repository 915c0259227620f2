package dev.keylane.daemon.kernel;

import dev.keylane.daemon.offload.Rung;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmError;
import dev.keylane.xfrm.XfrmRequest;
import java.util.ArrayList;
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
     * The lowest rung that one of a child's states is on. Crypto offload that a device does not have is silently done in
     * software.
     *
     * @param half whether the outbound one is still to come
     */
    Rung states(SaPair pair, Rung wanted, boolean half) {
        List<XfrmRequest> queries = new ArrayList<>(List.of(new XfrmRequest.GetSa(pair.in().id())));
        if (!half) {
            queries.add(new XfrmRequest.GetSa(pair.out().id()));
        }
        Rung lowest = wanted;
        for (XfrmAnswer answer : writer.submit(queries)) {
            Rung got = answer instanceof XfrmAnswer.Sa(var info) ? Rung.of(info.offload()) : wanted;
            lowest = got.compareTo(lowest) < 0 ? got : lowest;
        }
        return lowest;
    }

    /** The first policy that was to be in hardware and is not; its states, which are, would carry nothing. */
    Optional<KernelWriter.Failure> policies(List<KernelStep> carriedOut) {
        List<PolicySpec> wanted = carriedOut.stream().flatMap(ReadBack::installed)
                .filter(policy -> policy.offload() != null).toList();
        List<XfrmAnswer> answers = writer.submit(wanted.stream()
                .<XfrmRequest>map(policy -> new XfrmRequest.GetPolicy(policy.id())).toList());
        for (int i = 0; i < wanted.size(); i++) {
            PolicySpec policy = wanted.get(i);
            if (answers.get(i) instanceof XfrmAnswer.Policy(var info)
                    && Rung.of(info.spec().offload()) != Rung.of(policy.offload())) {
                XfrmError error = new XfrmError("GETPOLICY", EOPNOTSUPP, "EOPNOTSUPP", "accepted, but in software");
                return Optional.of(new KernelWriter.Failure("unable to install " + KernelStep.install(policy).what()
                        + " in kernel: " + error, error));
            }
        }
        return Optional.empty();
    }

    private static Stream<PolicySpec> installed(KernelStep step) {
        return switch (step.request()) {
            case XfrmRequest.NewPolicy(var policy) -> Stream.of(policy);
            case XfrmRequest.UpdPolicy(var policy) -> Stream.of(policy);
            case XfrmRequest.NewSa _, XfrmRequest.UpdSa _, XfrmRequest.MigrateState _, XfrmRequest.DelSa _,
                 XfrmRequest.GetSa _, XfrmRequest.DelPolicy _, XfrmRequest.GetPolicy _ -> Stream.empty();
        };
    }

    private static final int EOPNOTSUPP = 95;
}
