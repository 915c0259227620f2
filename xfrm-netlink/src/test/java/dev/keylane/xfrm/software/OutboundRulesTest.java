package dev.keylane.xfrm.software;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.proposal.IntegrityAlgorithm;
import dev.keylane.ike.wire.Octets;
import dev.keylane.xfrm.Lifetime;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaKeys;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.Template;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmEvent;
import dev.keylane.xfrm.XfrmRequest;
import dev.keylane.xfrm.contract.SaSample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Policies by priority, states by CPU and age, limits, and what is refused. */
class OutboundRulesTest {
    private static final int SPI = 0x9001;
    private final Pair pair = new Pair();

    @AfterEach
    void close() {
        pair.close();
    }

    private static SaSample out(int spi) {
        return SaSample.out(Pair.LEFT, Pair.RIGHT, spi);
    }

    private void trap() {
        Pair.accept(pair.left, new XfrmRequest.NewPolicy(Pair.transport(PolicyId.Direction.OUT, false)));
    }

    private static PolicySpec shunt(PolicySpec.Action action, int priority, Selector selector) {
        return new PolicySpec(PolicyId.of(selector, PolicyId.Direction.OUT), action, priority, List.of(), false, null);
    }

    private long sent(int spi) {
        return Pair.packets(pair.left, Pair.RIGHT, spi);
    }

    @Test
    void withoutPolicyPacketsAreInTheClear() {
        assertThat(pair.send(0, 1)).isEqualTo(OutputResult.CLEAR);
    }

    @Test
    void theLowestPriorityNumberWinsThenTheOldest() {
        Selector udp = new Selector(Pair.LEFT, 32, Pair.RIGHT, 32, 17, Selector.Port.ANY, Selector.Port.ANY, 0);
        Pair.accept(pair.left, new XfrmRequest.NewPolicy(shunt(PolicySpec.Action.BLOCK, -1, Selector.any(true))));
        assertThat(pair.send(0, 1)).isEqualTo(OutputResult.DROPPED);
        Pair.accept(pair.left, new XfrmRequest.NewPolicy(shunt(PolicySpec.Action.ALLOW, 7, udp)));
        assertThat(pair.send(0, 1)).isEqualTo(OutputResult.CLEAR);
        Pair.accept(pair.left, new XfrmRequest.NewPolicy(
                shunt(PolicySpec.Action.BLOCK, 7, Pair.hosts(Pair.LEFT, Pair.RIGHT))));
        assertThat(pair.send(0, 1)).isEqualTo(OutputResult.CLEAR);
        assertThat(pair.left.drops().get(DropReason.OUT_POLICY_BLOCK)).isEqualTo(1);
    }

    @Test
    void anOptionalTemplateAsksForNothing() {
        Template optional = new Template(Pair.LEFT, Pair.RIGHT, SaSpec.Mode.TRANSPORT, SaSample.REQID, true);
        Pair.accept(pair.left, new XfrmRequest.NewPolicy(
                Pair.policy(PolicyId.Direction.OUT, Pair.hosts(Pair.LEFT, Pair.RIGHT), optional, false)));
        assertThat(pair.send(0, 1)).isEqualTo(OutputResult.CLEAR);
        pair.install(out(SPI), 32);
        assertThat(pair.send(0, 1)).isEqualTo(OutputResult.SENT);
    }

    @Test
    void aStateBeyondItsSoftLimitGivesWayToAnOlderOne() throws InterruptedException {
        trap();
        pair.install(out(SPI), 32);
        pair.install(out(SPI + 1).lifetime(new Lifetime(0, 0, 50, 0, 0, 0)), 32);
        pair.send(0, 1);
        pair.send(0, 2);
        pair.send(0, 3);
        assertThat(Pair.next(pair.leftEvents, XfrmEvent.Expire.class).hard()).isFalse();
        assertThat(sent(SPI + 1)).isEqualTo(3);
        pair.send(0, 4);
        assertThat(sent(SPI + 1)).isEqualTo(3);
        assertThat(sent(SPI)).isEqualTo(1);
    }

    @Test
    void atItsHardLimitAnotherStateTakesOverWithoutLoss() throws InterruptedException {
        trap();
        pair.install(out(SPI), 32);
        pair.install(out(SPI + 1).lifetime(new Lifetime(0, 0, 0, 0, 0, 5)), 32);
        for (int number = 0; number < 10; number++) {
            assertThat(pair.send(0, number)).isEqualTo(OutputResult.SENT);
        }
        assertThat(Pair.next(pair.leftEvents, XfrmEvent.Expire.class).hard()).isTrue();
        assertThat(sent(SPI)).isEqualTo(5);
        assertThat(pair.atRight).hasSize(10);
    }

    @Test
    void hardLimitsHoldForOctetsInboundToo() throws InterruptedException {
        trap();
        pair.install(out(SPI).lifetime(new Lifetime(0, 0, 0, 64, 0, 0)), 32);
        pair.send(0, 1);
        pair.send(0, 2);
        pair.send(0, 3);
        assertThat(Pair.next(pair.leftEvents, XfrmEvent.Expire.class).id().spi()).isEqualTo(SPI);
        assertThat(pair.atRight).hasSize(2);
        byte[] last = List.copyOf(pair.onWire).getLast();
        assertThat(pair.inputRight(last)).isFalse();
        assertThat(pair.left.submit(new XfrmRequest.GetSa(SaId.esp(Pair.RIGHT, SPI))).isRefused())
                .isTrue();
    }

    @Test
    void softExpiryIsToldOnce() throws InterruptedException {
        trap();
        pair.install(out(SPI).lifetime(new Lifetime(1, 0, 0, 0, 1, 0)), 32);
        pair.send(0, 1);
        pair.send(0, 2);
        pair.send(0, 3);
        pair.timers.pass(Duration.ofSeconds(2));
        assertThat(Pair.next(pair.leftEvents, XfrmEvent.Expire.class).hard()).isFalse();
        Thread.sleep(50);
        assertThat(pair.leftEvents).isEmpty();
    }

    @Test
    void aDeletedStatesClockStops() {
        pair.install(out(SPI).lifetime(new Lifetime(10, 20, 0, 0, 0, 0)), 32);
        assertThat(pair.timers.pending()).isEqualTo(4);
        Pair.accept(pair.left, new XfrmRequest.DelSa(SaId.esp(Pair.RIGHT, SPI)));
        assertThat(pair.timers.pending()).isEqualTo(2);
        pair.right.close();
        assertThat(pair.timers.pending()).isZero();
    }

    @Test
    void fragmentsAndGiantsAreNotSent() {
        trap();
        pair.install(out(SPI), 32);
        byte[] fragment = Pair.udp(Pair.LEFT, Pair.RIGHT, 1);
        fragment[6] = 0x20;
        assertThat(pair.send(0, fragment)).isEqualTo(OutputResult.DROPPED);
        assertThat(pair.left.drops().get(DropReason.FRAGMENT)).isEqualTo(1);
        byte[] giant = new byte[65_535];
        System.arraycopy(Pair.udp(Pair.LEFT, Pair.RIGHT, 1), 0, giant, 0, 28);
        giant[2] = giant[3] = -1;
        assertThat(pair.send(0, giant)).isEqualTo(OutputResult.DROPPED);
        assertThat(pair.left.drops().get(DropReason.MALFORMED)).isEqualTo(1);
        assertThat(sent(SPI)).isZero();
    }

    @Test
    void aWireThatRefusesIsCounted() {
        try (SoftwareXfrm kernel = new SoftwareXfrm(Kernels.settings(1, pair.timers), (p, esp) -> false, p -> { })) {
            SaSpec sa = out(SPI).spec();
            Pair.accept(kernel, new XfrmRequest.NewSa(sa, SaSample.keys(sa)));
            Pair.accept(kernel, new XfrmRequest.NewPolicy(Pair.transport(PolicyId.Direction.OUT, false)));
            byte[] packet = Pair.udp(Pair.LEFT, Pair.RIGHT, 1);
            assertThat(kernel.output(0, packet, 0, packet.length)).isEqualTo(OutputResult.DROPPED);
            assertThat(kernel.drops().get(DropReason.OUT_WIRE)).isEqualTo(1);
        }
    }

    @Test
    void aClosedKernelSendsNothingNotEvenInTheClear() {
        pair.left.close();
        assertThat(pair.send(0, 1)).isEqualTo(OutputResult.DROPPED);
    }

    @Test
    void thePathSaysWhatTheStateSays() {
        List<OuterPath> paths = new ArrayList<>();
        try (SoftwareXfrm kernel = new SoftwareXfrm(Kernels.settings(2, pair.timers), (p, esp) -> paths.add(p),
                p -> { })) {
            SaSpec plain = out(SPI).spec();
            SaSpec encapsulated = out(SPI + 1).cpu(1).encap(4500, 61_000).spec();
            Pair.accept(kernel, new XfrmRequest.NewSa(plain, SaSample.keys(plain)));
            Pair.accept(kernel, new XfrmRequest.NewSa(encapsulated, SaSample.keys(encapsulated)));
            Pair.accept(kernel, new XfrmRequest.NewPolicy(Pair.transport(PolicyId.Direction.OUT, false)));
            byte[] packet = Pair.udp(Pair.LEFT, Pair.RIGHT, 1);
            kernel.output(0, packet, 0, packet.length);
            kernel.output(1, packet, 0, packet.length);
        }
        assertThat(paths).containsExactly(new OuterPath(Pair.LEFT, Pair.RIGHT, null),
                new OuterPath(Pair.LEFT, Pair.RIGHT, new SaSpec.Encap(4500, 61_000)));
    }

    @Test
    void whatCannotBeIsRefused() {
        refused(out(0).spec(), "A state needs an SPI and addresses of one family");
        refused(out(SPI).cpu(-2).spec(), "pCPU number too big");
        refused(out(SPI).algorithms(EncryptionAlgorithm.AES_CBC, 128, null).spec(),
                "Encryption without integrity protection is not supported");
        refused(out(SPI).algorithms(EncryptionAlgorithm.AES_GCM_16, 128, IntegrityAlgorithm.HMAC_SHA2_256_128).spec(),
                "AEAD can't be used with AUTH");
        SaSpec sa = out(SPI).spec();
        SaKeys shortKey = new SaKeys(
                Secret.wrap(Octets.of(1, 2, 3).toByteArray()), null);
        assertThat(pair.left.submit(new XfrmRequest.NewSa(sa, shortKey)).toString())
                .contains("Kernel was unable to initialize cryptographic operations");
        assertThat(pair.left.dumpSas()).isEmpty();
    }

    private void refused(SaSpec sa, String text) {
        XfrmAnswer answer = pair.left.submit(new XfrmRequest.NewSa(sa, SaSample.keys(sa)));
        assertThat(answer).isInstanceOf(XfrmAnswer.Refused.class);
        assertThat(answer.toString()).contains(text);
    }
}
