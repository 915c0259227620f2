package dev.keylane.daemon.steering;

import dev.keylane.xfrm.PolicyInfo;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmCapabilities;
import dev.keylane.xfrm.XfrmEvent;
import dev.keylane.xfrm.XfrmKernel;
import dev.keylane.xfrm.XfrmRequest;
import java.util.List;
import java.util.function.Consumer;

/** A kernel whose inbound per-CPU SAs are steered. */
public final class SteeredKernel implements XfrmKernel {
    private final XfrmKernel kernel;
    private final SaSteering steering;

    public SteeredKernel(XfrmKernel kernel, SaSteering steering) {
        this.kernel = kernel;
        this.steering = steering;
    }

    @Override
    public String name() {
        return kernel.name();
    }

    @Override
    public XfrmCapabilities capabilities() {
        return kernel.capabilities();
    }

    @Override
    public List<XfrmAnswer> submit(List<XfrmRequest> requests) {
        requests.forEach(this::before);
        List<XfrmAnswer> answers = kernel.submit(requests);
        for (int i = 0; i < answers.size(); i++) {
            after(requests.get(i), answers.get(i).isRefused());
        }
        return answers;
    }

    private void before(XfrmRequest request) {
        switch (request) {
            case XfrmRequest.NewSa(SaSpec sa, _) when isSteered(sa) -> steering.steer(sa, kernel::dumpSas);
            case XfrmRequest.MigrateState(_, SaSpec to) when isSteered(to) -> steering.steer(to, kernel::dumpSas);
            case XfrmRequest.NewSa _, XfrmRequest.MigrateState _, XfrmRequest.UpdSa _, XfrmRequest.DelSa _,
                 XfrmRequest.GetSa _, XfrmRequest.NewPolicy _, XfrmRequest.UpdPolicy _, XfrmRequest.DelPolicy _,
                 XfrmRequest.GetPolicy _ -> { }
        }
    }

    private void after(XfrmRequest request, boolean refused) {
        switch (request) {
            // EEXIST: what is there may be steered, and rightly.
            case XfrmRequest.NewSa _ -> { }
            case XfrmRequest.MigrateState(SaSpec from, SaSpec to) -> {
                if (!from.id().equals(to.id())) {
                    steering.unsteer(refused ? to.id() : from.id());
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
    public List<SaInfo> dumpSas() {
        return kernel.dumpSas();
    }

    @Override
    public List<PolicyInfo> dumpPolicies() {
        return kernel.dumpPolicies();
    }

    @Override
    public void listen(Consumer<XfrmEvent> listener) {
        kernel.listen(listener);
    }

    @Override
    public void close() {
        kernel.close();
        steering.close();
    }
}
