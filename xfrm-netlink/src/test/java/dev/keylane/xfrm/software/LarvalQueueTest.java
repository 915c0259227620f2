package dev.keylane.xfrm.software;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.Template;
import dev.keylane.xfrm.XfrmEvent;
import dev.keylane.xfrm.XfrmRequest;
import dev.keylane.xfrm.contract.SaSample;
import dev.keylane.xfrm.software.packet.IpPacket;
import dev.keylane.xfrm.software.packet.UdpDatagram;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Packets that wait for a state. */
class LarvalQueueTest {
    private static final int SPI = 0x6001;
    private final Pair pair = new Pair();

    @AfterEach
    void close() {
        pair.close();
    }

    private void trap(boolean cpuAcquire) {
        Pair.accept(pair.left, new XfrmRequest.NewPolicy(Pair.transport(PolicyId.Direction.OUT, cpuAcquire)));
    }

    private XfrmEvent.Acquire acquire() throws InterruptedException {
        return Pair.next(pair.leftEvents, XfrmEvent.Acquire.class);
    }

    private List<Integer> arrived() {
        return pair.atRight.stream().map(LarvalQueueTest::number).toList();
    }

    static int number(IpPacket packet) {
        var payload = UdpDatagram.of(packet).payload();
        return payload.get(0) << 24 | payload.get(1) << 16 | payload.get(2) << 8 | payload.get(3);
    }

    private long lost(DropReason reason) {
        return pair.left.drops().get(reason);
    }

    @Test
    void packetsWaitForTheStateAndLeaveInOrder() throws InterruptedException {
        trap(false);
        for (int number = 0; number < 100; number++) {
            assertThat(pair.send(number % 4, number)).isEqualTo(OutputResult.QUEUED);
        }
        XfrmEvent.Acquire acquire = acquire();
        assertThat(pair.leftEvents).isEmpty();
        pair.install(SaSample.out(Pair.LEFT, Pair.RIGHT, SPI).answering(acquire.seq()), 32);
        assertThat(pair.send(0, 100)).isEqualTo(OutputResult.SENT);
        assertThat(arrived()).isEqualTo(IntStream.rangeClosed(0, 100).boxed().toList());
        assertThat(pair.left.dumpSas()).noneMatch(SaInfo::larval);
        assertThat(pair.timers.pending()).isZero();
    }

    @Test
    void theHundredAndFirstIsLost() {
        trap(false);
        for (int number = 0; number < 100; number++) {
            pair.send(0, number);
        }
        assertThat(pair.send(0, 100)).isEqualTo(OutputResult.DROPPED);
        assertThat(lost(DropReason.OUT_QUEUE_FULL)).isEqualTo(1);
    }

    @Test
    void whenNobodyAnswersTheyAreLostAndTheNextPacketAsksAgain() throws InterruptedException {
        trap(false);
        pair.send(0, 1);
        pair.send(1, 2);
        XfrmEvent.Acquire first = acquire();
        pair.timers.pass(Kernels.ACQUIRE_EXPIRES);
        assertThat(Pair.next(pair.leftEvents, XfrmEvent.Expire.class).hard()).isTrue();
        assertThat(lost(DropReason.OUT_UNANSWERED)).isEqualTo(2);
        assertThat(pair.send(0, 3)).isEqualTo(OutputResult.QUEUED);
        assertThat(acquire().seq()).isNotEqualTo(first.seq());
        pair.install(SaSample.out(Pair.LEFT, Pair.RIGHT, SPI), 32);
        assertThat(arrived()).containsExactly(3);
    }

    @Test
    void anAnswerThatDoesNotFitLosesThem() throws InterruptedException {
        trap(false);
        pair.send(0, 1);
        int seq = acquire().seq();
        SaSpec narrow = SaSample.out(Pair.LEFT, Pair.RIGHT, SPI).answering(seq).spec();
        Selector otherPort = new Selector(Pair.LEFT, 32, Pair.RIGHT, 32, 17, Selector.Port.ANY, Selector.Port.of(9), 0);
        SaSpec misfit = new SaSpec(narrow.id(), narrow.source(), otherPort, narrow.direction(), narrow.mode(),
                narrow.reqid(), narrow.cpu(), narrow.algorithms(), narrow.replay(), narrow.lifetime(), null, null,
                narrow.options(), seq);
        Pair.accept(pair.left, new XfrmRequest.NewSa(misfit, SaSample.keys(misfit)));
        assertThat(lost(DropReason.OUT_UNANSWERED)).isEqualTo(1);
        assertThat(pair.send(0, 2)).isEqualTo(OutputResult.QUEUED);
        assertThat(acquire().seq()).isNotEqualTo(seq);
    }

    @Test
    void aStateOfOneCpuFreesThatCpusPacketsOnly() throws InterruptedException {
        trap(false);
        pair.send(0, 1);
        pair.send(1, 2);
        acquire();
        pair.install(SaSample.out(Pair.LEFT, Pair.RIGHT, SPI).cpu(1), 32);
        assertThat(arrived()).containsExactly(2);
        assertThat(pair.left.dumpSas()).anyMatch(SaInfo::larval);
        pair.install(SaSample.out(Pair.LEFT, Pair.RIGHT, SPI + 1), 32);
        assertThat(arrived()).containsExactly(2, 1);
        assertThat(pair.left.dumpSas()).noneMatch(SaInfo::larval);
    }

    @Test
    void hostsBehindOneTrapWaitEachForItsOwnState() throws InterruptedException {
        IpAddress third = IpAddress.of("192.0.2.3");
        Selector net = new Selector(Pair.LEFT, 32, IpAddress.of("192.0.2.0"), 24, 0, Selector.Port.ANY,
                Selector.Port.ANY, 0);
        Template template = new Template(IpAddress.ANY_V4, IpAddress.ANY_V4, SaSpec.Mode.TRANSPORT, SaSample.REQID,
                false);
        Pair.accept(pair.left, new XfrmRequest.NewPolicy(Pair.policy(PolicyId.Direction.OUT, net, template, false)));
        pair.send(0, Pair.udp(Pair.LEFT, third, 1));
        assertThat(acquire().destination()).isEqualTo(third);
        pair.send(0, 2);
        assertThat(acquire().destination()).isEqualTo(Pair.RIGHT);
        pair.install(SaSample.out(Pair.LEFT, Pair.RIGHT, SPI), 32);
        assertThat(pair.send(0, 3)).isEqualTo(OutputResult.SENT);
        assertThat(arrived()).containsExactly(2, 3);
        assertThat(pair.send(0, Pair.udp(Pair.LEFT, third, 4))).isEqualTo(OutputResult.QUEUED);
    }

    @Test
    void aScanOfManyHostsRaisesABoundedNumberOfAcquires() {
        Selector net = new Selector(Pair.LEFT, 32, IpAddress.of("10.0.0.0"), 8, 0, Selector.Port.ANY,
                Selector.Port.ANY, 0);
        Template template = new Template(IpAddress.ANY_V4, IpAddress.ANY_V4, SaSpec.Mode.TRANSPORT, SaSample.REQID,
                false);
        Pair.accept(pair.left, new XfrmRequest.NewPolicy(Pair.policy(PolicyId.Direction.OUT, net, template, false)));
        for (int host = 1; host <= 5000; host++) {
            pair.send(0, Pair.udp(Pair.LEFT, IpAddress.of("10.0." + host / 250 + "." + host % 250), host));
        }
        assertThat(pair.left.dumpSas()).hasSize(4096).allMatch(SaInfo::larval);
        assertThat(lost(DropReason.OUT_QUEUE_FULL)).isEqualTo(4900);
        pair.timers.pass(Kernels.ACQUIRE_EXPIRES);
        assertThat(pair.left.dumpSas()).isEmpty();
        assertThat(lost(DropReason.OUT_UNANSWERED)).isEqualTo(100);
    }

    @Test
    void withThePolicyGoTheirHopes() {
        trap(false);
        pair.send(0, 1);
        Pair.accept(pair.left, new XfrmRequest.DelPolicy(Pair.transport(PolicyId.Direction.OUT, false).id()));
        assertThat(lost(DropReason.OUT_UNANSWERED)).isEqualTo(1);
        assertThat(pair.send(0, 2)).isEqualTo(OutputResult.CLEAR);
    }

    @Test
    void anUpdatedPolicyKeepsThem() throws InterruptedException {
        trap(false);
        pair.send(0, 1);
        acquire();
        Pair.accept(pair.left, new XfrmRequest.UpdPolicy(Pair.transport(PolicyId.Direction.OUT, true)));
        pair.install(SaSample.out(Pair.LEFT, Pair.RIGHT, SPI), 32);
        assertThat(arrived()).containsExactly(1);
    }

    @Test
    void eachCpuAsksOnceAndNothingIsLostMeanwhile() throws InterruptedException {
        pair.install(SaSample.out(Pair.LEFT, Pair.RIGHT, SPI), 64);
        trap(true);
        for (int number = 0; number < 12; number++) {
            assertThat(pair.send(number % 4, number)).isEqualTo(OutputResult.SENT);
        }
        for (int cpu = 0; cpu < 4; cpu++) {
            assertThat(acquire().cpu()).isEqualTo(cpu);
        }
        assertThat(pair.leftEvents).isEmpty();
        assertThat(arrived()).hasSize(12);
        pair.timers.pass(Kernels.ACQUIRE_EXPIRES.plus(Duration.ofSeconds(1)));
        for (int cpu = 0; cpu < 4; cpu++) {
            assertThat(Pair.next(pair.leftEvents, XfrmEvent.Expire.class).id().spi()).isZero();
        }
        assertThat(pair.send(2, 12)).isEqualTo(OutputResult.SENT);
        assertThat(acquire().cpu()).isEqualTo(2);
    }

    @Test
    void withoutAListenerNobodyIsAsked() {
        try (SoftwareXfrm deaf = new SoftwareXfrm(Kernels.settings(1, pair.timers), (path, esp) -> true, p -> { })) {
            PolicySpec trap = Pair.transport(PolicyId.Direction.OUT, false);
            Pair.accept(deaf, new XfrmRequest.NewPolicy(trap));
            byte[] packet = Pair.udp(Pair.LEFT, Pair.RIGHT, 1);
            assertThat(deaf.output(0, packet, 0, packet.length)).isEqualTo(OutputResult.DROPPED);
            assertThat(deaf.drops().get(DropReason.OUT_NO_STATE)).isEqualTo(1);
            assertThat(deaf.dumpSas()).isEmpty();
        }
    }
}
