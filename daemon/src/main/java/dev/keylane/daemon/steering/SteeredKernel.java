package dev.keylane.daemon.steering;

import dev.keylane.xfrm.ForwardingXfrmKernel;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmKernel;
import dev.keylane.xfrm.XfrmRequest;
import java.util.List;

/** A kernel whose inbound per-CPU SAs are steered. */
public final class SteeredKernel extends ForwardingXfrmKernel {
    private final SaSteering steering;

    public SteeredKernel(XfrmKernel kernel, SaSteering steering) {
        super(kernel);
        this.steering = steering;
    }

    @Override
    public List<XfrmAnswer> submit(List<XfrmRequest> requests) {
        requests.forEach(this::before);
        List<XfrmAnswer> answers = super.submit(requests);
        for (int i = 0; i < answers.size(); i++) {
            after(requests.get(i), answers.get(i));
        }
        return answers;
    }

    @Override
    public void gone(SaId sa) {
        super.gone(sa);
        steering.unsteer(sa);
    }

    private void before(XfrmRequest request) {
        switch (request) {
            case XfrmRequest.NewSa(SaSpec sa, _) when isSteered(sa) -> steering.steer(sa);
            case XfrmRequest.MigrateState(SaSpec from, SaSpec to) when isSteered(to) -> steering.steerAs(from.id(), to);
            case XfrmRequest.NewSa _, XfrmRequest.MigrateState _, XfrmRequest.UpdSa _, XfrmRequest.DelSa _,
                 XfrmRequest.GetSa _, XfrmRequest.NewPolicy _, XfrmRequest.UpdPolicy _, XfrmRequest.DelPolicy _,
                 XfrmRequest.GetPolicy _ -> { }
        }
    }

    private void after(XfrmRequest request, XfrmAnswer answer) {
        switch (request) {
            case XfrmRequest.NewSa(SaSpec sa, _) -> {
                // EEXIST: what is there may be steered, and rightly.
                if (answer instanceof XfrmAnswer.Refused refused && refused.error().errno() != EEXIST) {
                    steering.unsteer(sa.id());
                }
            }
            case XfrmRequest.MigrateState(SaSpec from, SaSpec to) -> {
                if (!from.id().equals(to.id())) {
                    steering.unsteer(answer.isRefused() ? to.id() : from.id());
                }
            }
            // A refusal means that it was gone already.
            case XfrmRequest.DelSa(var id) -> steering.unsteer(id);
            case XfrmRequest.UpdSa _, XfrmRequest.GetSa _, XfrmRequest.NewPolicy _, XfrmRequest.UpdPolicy _,
                 XfrmRequest.DelPolicy _, XfrmRequest.GetPolicy _ -> { }
        }
    }

    /** The fallback has no CPU: its packets stay where they arrive. */
    private static boolean isSteered(SaSpec sa) {
        return sa.direction() == SaSpec.Direction.IN && sa.cpu() != SaSpec.NO_CPU;
    }

    @Override
    public void close() {
        super.close();
        steering.close();
    }

    private static final int EEXIST = 17;
}
