package dev.keylane.doctor;

import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicyInfo;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmCapabilities;
import dev.keylane.xfrm.XfrmError;
import dev.keylane.xfrm.XfrmEvent;
import dev.keylane.xfrm.XfrmKernel;
import dev.keylane.xfrm.XfrmRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Takes every state, in hardware where that was asked, unless told to refuse it. */
final class FakeKernel implements XfrmKernel {
    final Map<SaId, SaSpec> sas = new LinkedHashMap<>();
    final Map<PolicyId, PolicySpec> policies = new LinkedHashMap<>();
    XfrmCapabilities capabilities = new XfrmCapabilities(true, true, true, true, 4, "");
    Function<SaSpec, Optional<XfrmError>> refusal = _ -> Optional.empty();

    @Override
    public List<XfrmAnswer> submit(List<XfrmRequest> requests) {
        return requests.stream().map(this::answer).toList();
    }

    private XfrmAnswer answer(XfrmRequest request) {
        return switch (request) {
            case XfrmRequest.NewSa(var sa, _) -> refusal.apply(sa).<XfrmAnswer>map(XfrmAnswer.Refused::new)
                    .orElseGet(() -> done(sas.put(sa.id(), sa)));
            case XfrmRequest.NewPolicy(var policy) -> done(policies.put(policy.id(), policy));
            case XfrmRequest.DelSa(var id) -> done(sas.remove(id));
            case XfrmRequest.DelPolicy(var id) -> done(policies.remove(id));
            case XfrmRequest.GetSa(var id) -> sas.containsKey(id) ? new XfrmAnswer.Sa(info(sas.get(id)))
                    : new XfrmAnswer.Refused(new XfrmError("GETSA", 3, "ESRCH", ""));
            case XfrmRequest.GetPolicy(var id) -> new XfrmAnswer.Policy(new PolicyInfo(policies.get(id), 1));
            case XfrmRequest.UpdSa _, XfrmRequest.UpdPolicy _, XfrmRequest.MigrateState _ -> throw new AssertionError(request);
        };
    }

    private static XfrmAnswer done(Object before) {
        return new XfrmAnswer.Done();
    }

    static SaInfo info(SaSpec sa) {
        return new SaInfo(sa.id(), sa.source(), sa.direction(), sa.mode(), sa.reqid(), sa.cpu(), sa.replay().esn(),
                new SaInfo.Counters(0, 0, 0, 0), 0, sa.offload(), sa.encap(), false);
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public XfrmCapabilities capabilities() {
        return capabilities;
    }

    @Override
    public List<SaInfo> dumpSas() {
        return sas.values().stream().map(FakeKernel::info).toList();
    }

    @Override
    public List<PolicyInfo> dumpPolicies() {
        return policies.values().stream().map(policy -> new PolicyInfo(policy, 1)).toList();
    }

    @Override
    public void listen(Consumer<XfrmEvent> listener) {
        throw new AssertionError("nobody listens");
    }

    @Override
    public void close() {
        sas.clear();
    }
}
