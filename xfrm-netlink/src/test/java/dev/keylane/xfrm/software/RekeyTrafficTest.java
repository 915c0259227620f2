package dev.keylane.xfrm.software;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmRequest;
import dev.keylane.xfrm.contract.SaSample;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** States are replaced and their keys destroyed while four threads send by them. */
@Timeout(60)
class RekeyTrafficTest {
    private static final int FIRST = 0xb000;
    private static final int REKEYS = 300;
    private final ManualTimers timers = new ManualTimers();
    private final Phaser inStep = new Phaser(4);
    private final LongAdder received = new LongAdder();

    @Test
    void nothingIsLostOrSealedWithDestroyedKeys() throws InterruptedException {
        LongAdder sent = new LongAdder();
        AtomicBoolean stop = new AtomicBoolean();
        try (SoftwareXfrm right = new SoftwareXfrm(Kernels.settings(4, timers), (path, esp) -> true,
                packet -> received.increment());
                SoftwareXfrm left = new SoftwareXfrm(Kernels.settings(4, timers), (path, esp) -> right.input(
                        new IpEndpoint(path.source(), 4500), path.destination(), esp, 0, esp.length), p -> { })) {
            install(left, right, FIRST);
            Pair.accept(left, new XfrmRequest.NewPolicy(Pair.transport(PolicyId.Direction.OUT, false)));
            List<Thread> senders = new ArrayList<>();
            for (int cpu = 0; cpu < 4; cpu++) {
                int own = cpu;
                senders.add(Thread.ofPlatform().start(() -> send(left, own, stop, sent)));
            }
            for (int rekey = 1; rekey <= REKEYS; rekey++) {
                install(left, right, FIRST + rekey);
                Pair.accept(left, new XfrmRequest.DelSa(SaId.esp(Pair.RIGHT, FIRST + rekey - 1)));
                Thread.sleep(2);
            }
            stop.set(true);
            for (Thread sender : senders) {
                sender.join();
            }
            assertThat(left.drops()).allSatisfy((reason, count) -> assertThat(count).as("%s", reason).isZero());
            assertThat(right.drops()).allSatisfy((reason, count) -> assertThat(count).as("%s", reason).isZero());
            assertThat(left.dumpSas()).hasSize(1);
        }
        assertThat(sent.sum()).isGreaterThan(REKEYS);
        assertThat(received.sum()).isEqualTo(sent.sum());
    }

    /** In step with the others, so that one that is held up stays within the replay window. */
    private void send(SoftwareXfrm left, int cpu, AtomicBoolean stop, LongAdder sent) {
        for (int number = 0; !stop.get(); number++) {
            if (number % 500 == 0) {
                inStep.arriveAndAwaitAdvance();
            }
            byte[] packet = Pair.udp(Pair.LEFT, Pair.RIGHT, number);
            if (left.output(cpu, packet, 0, packet.length) == OutputResult.SENT) {
                sent.increment();
            }
        }
        inStep.arriveAndDeregister();
    }

    private static void install(SoftwareXfrm left, SoftwareXfrm right, int spi) {
        SaSpec out = SaSample.out(Pair.LEFT, Pair.RIGHT, spi).spec();
        SaSpec in = SaSample.in(Pair.RIGHT, Pair.LEFT, spi).replay(false, 4096).spec();
        Pair.accept(right, new XfrmRequest.NewSa(in, SaSample.keys(in)));
        Pair.accept(left, new XfrmRequest.NewSa(out, SaSample.keys(out)));
    }
}
