package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.xfrm.Mark;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.Selector.Port;
import dev.keylane.xfrm.Template;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackstopTest {
    @ParameterizedTest
    @CsvSource({"0, 0, 0, 0", "4789, 65535, 0, 0", "0, 0, 4789, 65535", "2, 7, 4789, 65535", "32768, 32768, 0, 0"})
    void isForTheSamePacketsUnderAnotherName(int source, int sourceMask, int destination, int destinationMask) {
        PolicySpec policy = policy(new Port(source, sourceMask), new Port(destination, destinationMask), NIC);
        PolicySpec backstop = beneath(policy).getFirst();
        Selector mine = policy.id().selector();
        Selector its = backstop.id().selector();
        assertThat(its).isNotEqualTo(mine);
        for (int port = 0; port <= 0xffff; port++) {
            assertThat(its.sourcePort().matches(port)).isEqualTo(mine.sourcePort().matches(port));
            assertThat(its.destinationPort().matches(port)).isEqualTo(mine.destinationPort().matches(port));
        }
        assertThat(backstop.action()).isEqualTo(PolicySpec.Action.BLOCK);
        assertThat(backstop.priority()).as("after the policy and a trap").isGreaterThan(policy.priority() + 1);
        assertThat(backstop.offload()).isNull();
        assertThat(backstop.templates()).isEmpty();
        assertThat(backstop.id().ifId()).isEqualTo(9);
        assertThat(backstop.id().mark()).isEqualTo(MARK);
    }

    @Test
    void isForOffloadedPoliciesOnly() {
        assertThat(beneath(policy(Port.ANY, Port.ANY, null))).isEmpty();
    }

    @Test
    void whatPassesInTheClearAnywayNeedsNone() {
        PolicySpec passing = policy(Port.ANY, Port.ANY, NIC);
        assertThat(beneath(new PolicySpec(passing.id(), PolicySpec.Action.ALLOW, 5, List.of(), false, NIC)))
                .isEmpty();
    }

    /** It has no port to spare, but its packets have marks: each meets one of two. */
    @Test
    void aSingleFlowIsDividedByABitOfTheMark() {
        PolicySpec flow = policy(Port.of(1), Port.of(2), NIC);
        List<PolicySpec> both = beneath(flow);
        assertThat(both).hasSize(2).allSatisfy(one -> {
            assertThat(one.action()).isEqualTo(PolicySpec.Action.BLOCK);
            assertThat(one.id().selector()).isEqualTo(flow.id().selector());
            assertThat(one.id().mark()).isNotEqualTo(MARK);
        });
        for (int mark = 0; mark < 64; mark++) {
            int packet = mark;
            long blocking = both.stream().filter(one -> matches(one.id().mark(), packet)).count();
            assertThat(blocking).as("packets with mark " + mark).isEqualTo(matches(MARK, packet) ? 1 : 0);
        }
    }

    @Test
    void aSingleFlowOfOneMarkHasNoOtherName() {
        PolicySpec flow = policy(Port.of(1), Port.of(2), NIC);
        PolicyId marked = new PolicyId(flow.id().selector(), PolicyId.Direction.OUT, new Mark(5, -1), 9);
        assertThat(beneath(new PolicySpec(marked, flow.action(), flow.priority(), flow.templates(), false, NIC))).isEmpty();
    }

    private static boolean matches(Mark mark, int packet) {
        return (packet & mark.mask()) == mark.value();
    }

    @Test
    void neighboursOfAHostToHostPolicyAreFoundMeanwhile() {
        IpAddress left = IpAddress.of("2001:db8::1");
        IpAddress right = IpAddress.of("2001:db8::2");
        Selector hosts = new Selector(left, 128, right, 128, 0, Port.ANY, Port.ANY, 0);
        PolicySpec policy = new PolicySpec(new PolicyId(hosts, PolicyId.Direction.OUT, Mark.NONE, 0), PolicySpec.Action.ALLOW,
                4000, List.of(new Template(left, right, SaSpec.Mode.TRANSPORT, 4, false)), false, NIC);
        List<PolicySpec> all = Backstop.beneath(policy, left, right);
        assertThat(all).extracting(PolicySpec::action).containsExactly(PolicySpec.Action.BLOCK, PolicySpec.Action.ALLOW,
                PolicySpec.Action.ALLOW);
        assertThat(all.subList(1, 3)).allSatisfy(one -> {
            assertThat(one.priority()).isBetween(policy.priority() + 1, all.getFirst().priority() - 1);
            assertThat(one.id().selector().protocol()).isEqualTo(58);
        }).extracting(one -> one.id().selector().sourcePort()).containsExactly(Port.of(135), Port.of(136));
        assertThat(Backstop.beneath(policy, left, IpAddress.of("2001:db8::3"))).as("other hosts' selectors").hasSize(1);
    }

    private static List<PolicySpec> beneath(PolicySpec policy) {
        return Backstop.beneath(policy, IpAddress.of("10.0.0.1"), IpAddress.of("10.2.0.1"));
    }

    private static PolicySpec policy(Port source, Port destination, SaSpec.Offload offload) {
        Selector selector = new Selector(IpAddress.of("10.0.0.0"), 8, IpAddress.of("10.2.0.0"), 16, 17, source, destination,
                3);
        return new PolicySpec(new PolicyId(selector, PolicyId.Direction.OUT, MARK, 9), PolicySpec.Action.ALLOW, 4000,
                List.of(new Template(IpAddress.of("192.0.2.1"), IpAddress.of("192.0.2.2"), SaSpec.Mode.TUNNEL, 4, false)),
                false, offload);
    }

    private static final Mark MARK = new Mark(1, 3);
    private static final SaSpec.Offload NIC = new SaSpec.Offload("nic1", true);
}
