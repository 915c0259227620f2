package dev.keylane.xfrm.software;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.Template;
import dev.keylane.xfrm.XfrmEvent;
import dev.keylane.xfrm.XfrmRequest;
import dev.keylane.xfrm.contract.SaSample;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an authentic packet must be, besides authentic; and where it must come from. */
class InboundPolicyTest {
    private static final int SPI = 0x8001;
    private static final IpAddress INNER_LEFT = IpAddress.of("10.1.0.7");
    private static final IpAddress INNER_RIGHT = IpAddress.of("10.2.0.9");
    private final Pair pair = new Pair();

    @AfterEach
    void close() {
        pair.close();
    }

    private static Template tunnel(int reqid) {
        return new Template(Pair.LEFT, Pair.RIGHT, SaSpec.Mode.TUNNEL, reqid, false);
    }

    /** A tunnel from left to right, with a policy out; what comes in is the case's business. */
    private void tunnel() {
        pair.install(SaSample.out(Pair.LEFT, Pair.RIGHT, SPI).tunnel(), 32);
        Pair.accept(pair.left, new XfrmRequest.NewPolicy(Pair.policy(PolicyId.Direction.OUT,
                Pair.hosts(INNER_LEFT, INNER_RIGHT), tunnel(SaSample.REQID), false)));
    }

    private void policyIn(PolicyId.Direction direction, Template template) {
        Pair.accept(pair.right, new XfrmRequest.NewPolicy(
                Pair.policy(direction, Pair.hosts(INNER_LEFT, INNER_RIGHT), template, false)));
    }

    private void expect(DropReason reason) {
        pair.send(0, Pair.udp(INNER_LEFT, INNER_RIGHT, 1));
        assertThat(pair.atRight).isEmpty();
        assertThat(pair.right.drops().get(reason)).isEqualTo(1);
    }

    @Test
    void aTunnelWithoutPolicyDeliversNothing() {
        tunnel();
        expect(DropReason.IN_NO_POLICY);
    }

    @Test
    void aForwardPolicyWillDo() {
        tunnel();
        policyIn(PolicyId.Direction.FWD, tunnel(SaSample.REQID));
        pair.send(0, Pair.udp(INNER_LEFT, INNER_RIGHT, 1));
        assertThat(pair.atRight).hasSize(1);
    }

    @Test
    void thePolicyMustAskForThatState() {
        tunnel();
        policyIn(PolicyId.Direction.IN, tunnel(SaSample.REQID + 1));
        expect(DropReason.IN_TEMPLATE);
    }

    @Test
    void thePolicyMustAskForThatMode() {
        tunnel();
        policyIn(PolicyId.Direction.IN,
                new Template(Pair.LEFT, Pair.RIGHT, SaSpec.Mode.TRANSPORT, SaSample.REQID, false));
        expect(DropReason.IN_TEMPLATE);
    }

    @Test
    void aBlockingPolicyBlocks() {
        tunnel();
        Pair.accept(pair.right, new XfrmRequest.NewPolicy(new PolicySpec(
                PolicyId.of(Pair.hosts(INNER_LEFT, INNER_RIGHT), PolicyId.Direction.IN), PolicySpec.Action.BLOCK, 1,
                List.of(), false, null)));
        expect(DropReason.IN_POLICY_BLOCK);
    }

    @Test
    void theStatesSelectorBindsToo() {
        SaSpec out = SaSample.out(Pair.LEFT, Pair.RIGHT, SPI).spec();
        Selector tcpOnly = new Selector(Pair.LEFT, 32, Pair.RIGHT, 32, 6, Selector.Port.ANY, Selector.Port.ANY, 0);
        SaSpec in = new SaSpec(out.id(), out.source(), tcpOnly, SaSpec.Direction.IN, out.mode(), out.reqid(),
                SaSpec.NO_CPU, out.algorithms(), new SaSpec.Replay(false, 32), out.lifetime(), null, null,
                out.options(), 0);
        Pair.accept(pair.left, new XfrmRequest.NewSa(out, SaSample.keys(out)));
        Pair.accept(pair.right, new XfrmRequest.NewSa(in, SaSample.keys(in)));
        Pair.accept(pair.left, new XfrmRequest.NewPolicy(Pair.transport(PolicyId.Direction.OUT, false)));
        pair.send(0, 1);
        assertThat(pair.right.drops().get(DropReason.IN_SELECTOR)).isEqualTo(1);
        assertThat(Pair.packets(pair.right, Pair.RIGHT, SPI)).isZero();
    }

    @Test
    void anOutboundStateOpensNothing() {
        pair.install(SaSample.out(Pair.LEFT, Pair.RIGHT, SPI), 32);
        Pair.accept(pair.left, new XfrmRequest.NewPolicy(Pair.transport(PolicyId.Direction.OUT, false)));
        pair.cut = true;
        pair.send(0, 1);
        byte[] own = pair.onWire.remove();
        assertThat(pair.left.input(new IpEndpoint(Pair.LEFT, 4500), Pair.RIGHT, own, 0, own.length)).isFalse();
        assertThat(pair.left.drops().get(DropReason.IN_DIRECTION)).isEqualTo(1);
    }

    @Test
    void anotherSourceIsToldOnceAndOnlyOfAuthenticPackets() throws InterruptedException {
        pair.install(SaSample.out(Pair.LEFT, Pair.RIGHT, SPI).encap(4500, 4500), 32);
        Pair.accept(pair.left, new XfrmRequest.NewPolicy(Pair.transport(PolicyId.Direction.OUT, false)));
        pair.cut = true;
        for (int number = 1; number < 5; number++) {
            pair.send(0, number);
        }
        List<byte[]> packets = List.copyOf(pair.onWire);
        IpEndpoint moved = new IpEndpoint(IpAddress.of("198.51.100.9"), 61_234);
        byte[] forged = packets.get(1).clone();
        forged[30] ^= 1;
        input(new IpEndpoint(Pair.LEFT, 4500), packets.get(0));
        input(moved, forged);
        input(moved, packets.get(2));
        input(moved, packets.get(3));
        input(new IpEndpoint(Pair.LEFT, 4500), packets.get(1));
        assertThat(Pair.next(pair.rightEvents, XfrmEvent.Mapping.class)).isEqualTo(new XfrmEvent.Mapping(
                SaId.esp(Pair.RIGHT, SPI), Pair.LEFT, 4500, moved.address(), moved.port()));
        assertThat(pair.rightEvents).isEmpty();
        assertThat(pair.atRight).hasSize(4);
    }

    @Test
    void sourcePortZeroAcceptsEveryPort() {
        pair.install(SaSample.out(Pair.LEFT, Pair.RIGHT, SPI).encap(0, 4500), 32);
        Pair.accept(pair.left, new XfrmRequest.NewPolicy(Pair.transport(PolicyId.Direction.OUT, false)));
        pair.cut = true;
        pair.send(0, 1);
        input(new IpEndpoint(Pair.LEFT, 50_000), pair.onWire.remove());
        assertThat(pair.atRight).hasSize(1);
        assertThat(pair.rightEvents).isEmpty();
    }

    private void input(IpEndpoint source, byte[] packet) {
        pair.right.input(source, Pair.RIGHT, packet, 0, packet.length);
    }
}
