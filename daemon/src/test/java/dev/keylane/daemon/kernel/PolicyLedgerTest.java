package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicyId.Direction;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.Template;
import dev.keylane.xfrm.XfrmRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PolicyLedgerTest {
    private final PolicyLedger ledger = new PolicyLedger();
    private final PolicyOwner trap = new PolicyOwner(1, true, "west", "net");
    private final PolicyOwner first = new PolicyOwner(2, false, "west", "net");
    private final PolicyOwner second = new PolicyOwner(3, false, "west", "net");
    private final PolicySpec waiting = policy(0, 383_616, 1);
    private final PolicySpec wanted = policy(0, 383_615, 1);

    @Test
    void anSaTakesOverFromATrapAndGivesBack() {
        assertThat(add(trap, waiting)).containsExactly(new XfrmRequest.NewPolicy(waiting));
        assertThat(add(first, wanted)).containsExactly(new XfrmRequest.UpdPolicy(wanted));
        assertThat(add(second, wanted)).isEmpty();
        assertThat(ledger.owner(wanted.id())).contains(second);
        assertThat(remove(first)).isEmpty();
        assertThat(remove(second)).containsExactly(new XfrmRequest.UpdPolicy(waiting));
        assertThat(ledger.owner(wanted.id())).contains(trap);
        assertThat(remove(trap)).containsExactly(new XfrmRequest.DelPolicy(waiting.id()));
        assertThat(ledger.isEmpty()).isTrue();
    }

    @Test
    void aTrapBesideAnSaChangesNothing() {
        add(first, wanted);
        assertThat(add(trap, waiting)).isEmpty();
        assertThat(remove(trap)).isEmpty();
    }

    @Test
    void theAcquireFlagIsAnSasAndGoesWithTheLastOne() {
        add(trap, waiting);
        add(first, wanted);
        assertThat(arm(true)).containsExactly(new XfrmRequest.UpdPolicy(wanted.withCpuAcquire(true)));
        assertThat(arm(true)).isEmpty();
        assertThat(add(second, wanted)).as("a further SA keeps it").isEmpty();
        remove(first);
        assertThat(remove(second)).containsExactly(new XfrmRequest.UpdPolicy(waiting));
        assertThat(add(first, wanted)).as("a new one starts without")
                .containsExactly(new XfrmRequest.UpdPolicy(wanted));
        assertThat(arm(false)).isEmpty();
    }

    /** Linux may then take a state of another policy (net/xfrm/xfrm_state.c, xfrm_state_find). */
    @Test
    void anOffloadedPolicyNeverHasTheAcquireFlag() {
        PolicySpec offloaded = new PolicySpec(wanted.id(), wanted.action(), wanted.priority(), wanted.templates(), false,
                new SaSpec.Offload("eth0", true));
        add(first, offloaded);
        assertThat(arm(true)).isEmpty();
        assertThat(ledger.installed(wanted.id())).contains(offloaded);
        remove(first);
        add(second, wanted);
        assertThat(arm(true)).as("in software it has").containsExactly(new XfrmRequest.UpdPolicy(wanted.withCpuAcquire(true)));
    }

    @Test
    void aRefreshReplacesThePolicyByItself() {
        add(first, wanted);
        arm(true);
        PolicyLedger.Change change = ledger.refreshing(List.of(wanted.id()));
        assertThat(requests(change)).containsExactly(new XfrmRequest.UpdPolicy(wanted.withCpuAcquire(true)));
        assertThat(change.steps().getFirst().destroys()).as("it keeps its name").isNull();
    }

    @Test
    void anUncommittedChangeLeavesNoTrace() {
        ledger.adding(first, List.of(wanted));
        assertThat(ledger.isEmpty()).isTrue();
        add(first, wanted);
        ledger.removing(first);
        assertThat(ledger.installed(wanted.id())).contains(wanted);
    }

    @Test
    void aChildThatNamesOnePolicyTwiceOwnsItOnce() {
        PolicySpec passing = policy(0, 400_000, 0);
        assertThat(requests(commit(ledger.adding(first, List.of(passing, wanted)))))
                .containsExactly(new XfrmRequest.NewPolicy(wanted));
        assertThat(remove(first)).containsExactly(new XfrmRequest.DelPolicy(wanted.id()));
    }

    @Test
    void whateverTheOrderTheKernelHoldsTheBestUsersPolicy() {
        Random random = new Random(7);
        Map<PolicyId, PolicySpec> kernel = new HashMap<>();
        Map<PolicyOwner, List<PolicySpec>> model = new HashMap<>();
        for (int step = 0; step < 5_000; step++) {
            PolicyOwner owner = new PolicyOwner(random.nextInt(12), random.nextBoolean(), "c", "d");
            PolicyLedger.Change change;
            if (model.containsKey(owner)) {
                model.remove(owner);
                change = ledger.removing(owner);
            } else {
                List<PolicySpec> policies = new ArrayList<>();
                for (int i = random.nextInt(4); i >= 0; i--) {
                    policies.add(policy(random.nextInt(5), 1000 + random.nextInt(3), (int) owner.id()));
                }
                model.put(owner, policies);
                change = ledger.adding(owner, policies);
            }
            commit(change);
            apply(requests(change), kernel);
            check(kernel, model);
        }
    }

    private static void check(Map<PolicyId, PolicySpec> kernel, Map<PolicyOwner, List<PolicySpec>> model) {
        Map<PolicyId, Integer> best = new HashMap<>();
        model.forEach((owner, policies) -> policies.forEach(policy ->
                best.merge(policy.id(), policy.priority() + (owner.trap() ? 10_000 : 0), Math::min)));
        assertThat(kernel.keySet()).isEqualTo(best.keySet());
        kernel.forEach((id, policy) -> assertThat(policy.priority()).isEqualTo(best.get(id) % 10_000));
    }

    private static void apply(List<XfrmRequest> requests, Map<PolicyId, PolicySpec> kernel) {
        for (XfrmRequest request : requests) {
            switch (request) {
                case XfrmRequest.NewPolicy(var policy) -> assertThat(kernel.put(policy.id(), policy)).isNull();
                case XfrmRequest.UpdPolicy(var policy) -> assertThat(kernel.put(policy.id(), policy)).isNotNull();
                case XfrmRequest.DelPolicy(var id) -> assertThat(kernel.remove(id)).isNotNull();
                case XfrmRequest.NewSa _, XfrmRequest.UpdSa _, XfrmRequest.MigrateState _, XfrmRequest.DelSa _, XfrmRequest.GetSa _, XfrmRequest.GetPolicy _ ->
                        throw new AssertionError(request);
            }
        }
    }

    private List<XfrmRequest> add(PolicyOwner owner, PolicySpec policy) {
        return requests(commit(ledger.adding(owner, List.of(policy))));
    }

    private List<XfrmRequest> remove(PolicyOwner owner) {
        return requests(commit(ledger.removing(owner)));
    }

    private List<XfrmRequest> arm(boolean on) {
        return requests(commit(ledger.arming(List.of(wanted.id()), on)));
    }

    private PolicyLedger.Change commit(PolicyLedger.Change change) {
        ledger.commit(change);
        return change;
    }

    private static List<XfrmRequest> requests(PolicyLedger.Change change) {
        return change.steps().stream().map(KernelStep::request).toList();
    }

    private static PolicySpec policy(int net, int priority, int reqid) {
        Selector selector = new Selector(IpAddress.of("10.1.0.0"), 16, IpAddress.of("10.2." + net + ".0"), 24, 0,
                Selector.Port.ANY, Selector.Port.ANY, 0);
        return new PolicySpec(PolicyId.of(selector, Direction.OUT), PolicySpec.Action.ALLOW, priority,
                List.of(new Template(Samples.LEFT, Samples.RIGHT, SaSpec.Mode.TUNNEL, reqid, false)), false, null);
    }
}
