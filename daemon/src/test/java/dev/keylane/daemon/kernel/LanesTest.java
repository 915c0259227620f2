package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.Selectors;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.xfrm.PolicyId.Direction;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.Selector.Port;
import dev.keylane.xfrm.Template;
import java.util.List;
import org.junit.jupiter.api.Test;

class LanesTest {
    private static final SaSpec.Offload NIC = new SaSpec.Offload("eth7", true);
    private static final IpAddress LEFT = IpAddress.of("10.1.0.0");
    private static final IpAddress RIGHT = IpAddress.of("10.2.0.0");

    @Test
    void aLaneTakesItsSourcePortsOfUdpAndTcp() {
        List<PolicySpec> parts = new Lanes(8).policies(policies(0, 0, 0xffff, 0, 0xffff), 5, 77);
        assertThat(parts).extracting(part -> part.id().selector()).containsExactly(
                new Selector(LEFT, 16, RIGHT, 16, 17, new Port(5, 7), Port.ANY, 0),
                new Selector(LEFT, 16, RIGHT, 16, 6, new Port(5, 7), Port.ANY, 0));
        assertThat(parts).allSatisfy(part -> {
            assertThat(part.id().direction()).isEqualTo(Direction.OUT);
            assertThat(part.templates()).containsExactly(
                    new Template(Samples.LEFT, Samples.RIGHT, SaSpec.Mode.TUNNEL, 77, false));
            assertThat(part.offload()).isEqualTo(NIC);
        });
    }

    /** Or a lane of all traffic would take what a child of TCP alone is there for. */
    @Test
    void aLaneGoesBeforeTheWholeAndAfterWhatMeansFewerPackets() {
        PolicySpec whole = policies(0, 0, 0xffff, 0, 0xffff).getFirst();
        PolicySpec tcp = policies(6, 0, 0xffff, 0, 0xffff).getFirst();
        assertThat(new Lanes(64).policies(List.of(whole), 1, 2)).allSatisfy(part ->
                assertThat(part.priority()).isLessThan(whole.priority()).isGreaterThan(tcp.priority()));
    }

    @Test
    void theOtherSidesPortMayBeFixed() {
        List<PolicySpec> parts = new Lanes(2).policies(policies(17, 0, 0xffff, 4789, 4789), 1, 2);
        assertThat(parts).extracting(part -> part.id().selector()).containsExactly(
                new Selector(LEFT, 16, RIGHT, 16, 17, new Port(1, 1), Port.of(4789), 0));
    }

    @Test
    void withoutOpenSourcePortsThereIsNothingToDivide() {
        assertThat(divisible(17, 4789, 4789)).as("a source port of its own").isFalse();
        assertThat(divisible(6, 1024, 0xffff)).as("a range").isFalse();
        assertThat(divisible(1, 0, 0xffff)).as("ICMP").isFalse();
        assertThat(divisible(132, 0, 0xffff)).as("SCTP, which NICs do not know").isFalse();
        assertThat(divisible(6, 0, 0xffff)).isTrue();
        assertThat(divisible(0, 0, 0xffff)).isTrue();
    }

    @Test
    void aPowerOfTwoThatTheQueuesAreEnoughFor() {
        assertThat(Lanes.upTo(0)).isEqualTo(Lanes.NONE);
        assertThat(Lanes.upTo(7)).isEqualTo(new Lanes(4));
        assertThat(Lanes.upTo(8)).isEqualTo(new Lanes(8));
        assertThat(Lanes.upTo(1_000)).isEqualTo(new Lanes(64));
        assertThatThrownBy(() -> new Lanes(6)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theFirstLaneIsTheOneForAll() {
        assertThat(new Lanes(4).beside()).isEqualTo(CpuSet.of(1, 2, 3));
        assertThat(new Lanes(4).serves(Resource.FALLBACK)).isFalse();
        assertThat(new Lanes(4).serves(Resource.cpu(0))).isFalse();
        assertThat(new Lanes(4).serves(Resource.cpu(3))).isTrue();
        assertThat(new Lanes(4).serves(Resource.cpu(4))).isFalse();
        assertThat(Lanes.NONE.serves(Resource.cpu(1))).isFalse();
    }

    private static boolean divisible(int protocol, int from, int to) {
        return policies(protocol, from, to, 0, 0xffff).stream().anyMatch(Lanes::canDivide);
    }

    private static List<PolicySpec> policies(int protocol, int from, int to, int peerFrom, int peerTo) {
        TrafficSelector ours = new TrafficSelector(protocol, from, to, LEFT, IpAddress.of("10.1.255.255"));
        TrafficSelector theirs = new TrafficSelector(protocol, peerFrom, peerTo, RIGHT, IpAddress.of("10.2.255.255"));
        return new PolicyDemand(ChildConfig.Mode.TUNNEL, new Selectors(List.of(ours), List.of(theirs)), Samples.LEFT,
                Samples.RIGHT, 1, KernelOptions.DEFAULT, 0, NIC, PolicyPriority.SA).policies();
    }
}
