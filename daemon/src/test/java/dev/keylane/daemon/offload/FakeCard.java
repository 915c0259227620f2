package dev.keylane.daemon.offload;

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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A kernel with one card, which refuses what it is told to refuse and does crypto offload only when it can. */
final class FakeCard implements XfrmKernel {
    final Map<SaId, SaSpec> sas = new LinkedHashMap<>();
    final Map<PolicyId, PolicySpec> policies = new LinkedHashMap<>();
    Predicate<SaSpec> refusesState = _ -> false;
    Predicate<PolicySpec> refusesPolicy = _ -> false;
    boolean crypto = true;
    int installed;
    final List<XfrmRequest> sent = new ArrayList<>();

    @Override
    public List<XfrmAnswer> submit(List<XfrmRequest> requests) {
        sent.addAll(requests);
        return requests.stream().map(this::answer).toList();
    }

    private XfrmAnswer answer(XfrmRequest request) {
        return switch (request) {
            case XfrmRequest.NewSa(var sa, var keys) -> {
                keys.encryption().borrow();
                if (refusesState.test(sa)) {
                    yield refused("NEWSA", 22, "EINVAL", "card: no");
                }
                installed++;
                yield sas.putIfAbsent(sa.id(), sa) == null ? DONE : refused("NEWSA", 17, "EEXIST", "");
            }
            case XfrmRequest.NewPolicy(var policy) -> {
                if (refusesPolicy.test(policy)) {
                    yield refused("NEWPOLICY", 22, "EINVAL", "card: no policy");
                }
                yield policies.putIfAbsent(policy.id(), policy) == null ? DONE : refused("NEWPOLICY", 17, "EEXIST", "");
            }
            case XfrmRequest.UpdPolicy(var policy) -> {
                policies.put(policy.id(), policy);
                yield DONE;
            }
            case XfrmRequest.DelSa(var id) -> sas.remove(id) == null ? refused("DELSA", 3, "ESRCH", "") : DONE;
            case XfrmRequest.DelPolicy(var id) ->
                    policies.remove(id) == null ? refused("DELPOLICY", 2, "ENOENT", "") : DONE;
            case XfrmRequest.GetSa(var id) -> sas.containsKey(id)
                    ? new XfrmAnswer.Sa(info(sas.get(id))) : refused("GETSA", 3, "ESRCH", "");
            case XfrmRequest.GetPolicy(var id) -> policies.containsKey(id)
                    ? new XfrmAnswer.Policy(new PolicyInfo(policies.get(id), 1)) : refused("GETPOLICY", 2, "ENOENT", "");
            case XfrmRequest.UpdSa _, XfrmRequest.MigrateState _ -> throw new AssertionError(request);
        };
    }

    private SaInfo info(SaSpec sa) {
        SaSpec.Offload offload = sa.offload();
        boolean software = offload == null || !offload.packet() && !crypto;
        return new SaInfo(sa.id(), sa.source(), sa.direction(), sa.mode(), sa.reqid(), sa.cpu(), sa.replay().esn(),
                new SaInfo.Counters(0, 0, 0, 0), 0, software ? null : offload, sa.encap(), false);
    }

    static XfrmAnswer refused(String request, int errno, String name, String text) {
        return new XfrmAnswer.Refused(new XfrmError(request, errno, name, text));
    }

    @Override
    public String name() {
        return "card";
    }

    @Override
    public XfrmCapabilities capabilities() {
        return new XfrmCapabilities(true, true, true, true, 4, "");
    }

    @Override
    public List<SaInfo> dumpSas() {
        return sas.values().stream().map(this::info).toList();
    }

    @Override
    public List<PolicyInfo> dumpPolicies() {
        return policies.values().stream().map(policy -> new PolicyInfo(policy, 1)).toList();
    }

    @Override
    public void listen(Consumer<XfrmEvent> listener) {
        throw new AssertionError("nobody listens to a card");
    }

    @Override
    public void close() {
        sas.clear();
    }

    private static final XfrmAnswer DONE = new XfrmAnswer.Done();
}
