package dev.keylane.daemon.kernel;

import dev.keylane.daemon.offload.Rung;
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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Both databases with their EEXIST and ESRCH, a record of what was asked, and refusals on demand. */
final class RecordingKernel implements XfrmKernel {
    final Map<SaId, SaSpec> sas = new LinkedHashMap<>();
    final Map<PolicyId, PolicySpec> policies = new LinkedHashMap<>();
    final List<XfrmRequest> requests = new ArrayList<>();
    final List<List<XfrmRequest>> batches = new ArrayList<>();
    /** Packets of single SAs. */
    final Map<SaId, Long> carried = new HashMap<>();
    /** What it was told of that was in it no more. */
    final List<SaId> gone = new ArrayList<>();
    /** What refuses a request before it is looked at. */
    Function<XfrmRequest, Optional<XfrmError>> refusal = _ -> Optional.empty();
    /** Where the kernel says an SA is that was asked for with this offload. */
    UnaryOperator<SaSpec.@Nullable Offload> granted = offload -> offload;
    /** When each policy was last used, Unix seconds; and what each SA has counted. */
    long used;
    /** Of single policies. */
    final Map<PolicyId, Long> looked = new HashMap<>();
    long packets = 3;
    long octetsAPacket = 100;
    /** When the kernel itself last worked on packets of its SAs. */
    long decrypted;
    /** Where the kernel says a policy is that was asked for with this offload. */
    UnaryOperator<SaSpec.@Nullable Offload> grantedPolicy = offload -> offload;
    XfrmCapabilities capabilities = new XfrmCapabilities(true, true, true, true, 4, "");

    static XfrmError error(String request, int errno, String name, String text) {
        return new XfrmError(request, errno, name, text);
    }

    /** Refuses the request with this number from now on, 0 being the next. */
    void refuse(int number, XfrmError error) {
        int[] left = {number};
        refusal = _ -> left[0]-- == 0 ? Optional.of(error) : Optional.empty();
    }

    List<XfrmRequest> take() {
        List<XfrmRequest> taken = List.copyOf(requests);
        requests.clear();
        return taken;
    }

    @Override
    public void gone(SaId sa) {
        gone.add(sa);
    }

    @Override
    public List<XfrmAnswer> submit(List<XfrmRequest> batch) {
        batches.add(List.copyOf(batch));
        return batch.stream().map(this::answer).toList();
    }

    private XfrmAnswer answer(XfrmRequest request) {
        requests.add(request);
        Optional<XfrmError> refused = refusal.apply(request);
        if (refused.isPresent()) {
            return new XfrmAnswer.Refused(refused.get());
        }
        return switch (request) {
            case XfrmRequest.NewSa(var sa, var keys) -> {
                keys.encryption().borrow();
                yield sas.putIfAbsent(sa.id(), sa) == null ? DONE : exists("NEWSA");
            }
            case XfrmRequest.UpdSa(var sa) -> sas.replace(sa.id(), sa) != null ? DONE : missing("UPDSA");
            case XfrmRequest.MigrateState(var from, var to) -> {
                if (!sas.containsKey(from.id())) {
                    yield missing("MIGRATE_STATE");
                }
                sas.remove(from.id());
                sas.put(to.id(), to);
                yield DONE;
            }
            case XfrmRequest.DelSa(var id) -> sas.remove(id) != null ? DONE : missing("DELSA");
            case XfrmRequest.GetSa(var id) ->
                    sas.containsKey(id) ? new XfrmAnswer.Sa(info(sas.get(id))) : missing("GETSA");
            case XfrmRequest.NewPolicy(var policy) ->
                    policies.putIfAbsent(policy.id(), policy) == null ? DONE : exists("NEWPOLICY");
            case XfrmRequest.UpdPolicy(var policy) -> {
                policies.put(policy.id(), policy);
                yield DONE;
            }
            case XfrmRequest.DelPolicy(var id) -> policies.remove(id) != null ? DONE
                    : new XfrmAnswer.Refused(error("DELPOLICY", 2, "ENOENT", ""));
            case XfrmRequest.GetPolicy(var id) -> policies.containsKey(id)
                    ? new XfrmAnswer.Policy(new PolicyInfo(granted(policies.get(id)), 1,
                            looked.getOrDefault(id, used))) : missing("GETPOLICY");
        };
    }

    private PolicySpec granted(PolicySpec policy) {
        return policy.offload() == null ? policy : new PolicySpec(policy.id(), policy.action(), policy.priority(),
                policy.templates(), policy.cpuAcquire(), grantedPolicy.apply(policy.offload()));
    }

    private SaInfo info(SaSpec sa) {
        return new SaInfo(sa.id(), sa.source(), sa.direction(), sa.mode(), sa.reqid(), sa.cpu(), sa.replay().esn(),
                new SaInfo.Counters(carried.getOrDefault(sa.id(), packets), octetsAPacket * packets, 0, 0), decrypted,
                sa.offload() == null ? null : granted.apply(sa.offload()), sa.encap(), false);
    }

    private static XfrmAnswer exists(String request) {
        return new XfrmAnswer.Refused(error(request, 17, "EEXIST", ""));
    }

    private static XfrmAnswer missing(String request) {
        return new XfrmAnswer.Refused(error(request, 3, "ESRCH", ""));
    }

    @Override
    public String name() {
        return "recording";
    }

    @Override
    public XfrmCapabilities capabilities() {
        return capabilities;
    }

    @Override
    public List<SaInfo> dumpSas() {
        return sas.values().stream().map(this::info).toList();
    }

    @Override
    public List<PolicyInfo> dumpPolicies() {
        return policies.values().stream().map(policy -> new PolicyInfo(policy, 8)).toList();
    }

    @Override
    public void listen(Consumer<XfrmEvent> listener) {
        // Tests hand events over themselves.
    }

    @Override
    public void close() {
        // Nothing to give back.
    }

    private static final XfrmAnswer DONE = new XfrmAnswer.Done();

    /** Of its SAs, in the order they came. */
    Stream<Rung> rungs() {
        return sas.values().stream().map(sa -> Rung.of(sa.offload()));
    }

    List<Rung> policyRungs() {
        return allowed().stream().map(policy -> Rung.of(policy.offload())).toList();
    }

    /** Without the backstops beneath those in hardware. */
    List<PolicySpec> allowed() {
        return policies.values().stream().filter(policy -> policy.action() == PolicySpec.Action.ALLOW).toList();
    }
}
