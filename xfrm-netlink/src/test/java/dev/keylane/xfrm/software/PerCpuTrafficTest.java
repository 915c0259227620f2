package dev.keylane.xfrm.software;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.SaKeys;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmEvent;
import dev.keylane.xfrm.XfrmRequest;
import dev.keylane.xfrm.contract.SaSample;
import dev.keylane.xfrm.software.esp.Esp;
import dev.keylane.xfrm.software.packet.IpPacket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

/** Four sender threads into a trap, while the states they ask for come in one after the other. */
@Timeout(60)
class PerCpuTrafficTest {
    private static final int CPUS = 4;
    private static final int PACKETS = 10_000;
    private static final int FALLBACK = 0x7000;
    /** How far a sender may run ahead: else one that is held up would send what the replay window has passed by. */
    private static final int STEP = 500;

    private final ManualTimers timers = new ManualTimers();
    private final BlockingQueue<XfrmEvent> events = new LinkedBlockingQueue<>();
    private final Set<Long> numbersUsed = ConcurrentHashMap.newKeySet();
    private final AtomicInteger repeated = new AtomicInteger();
    private final Map<Integer, Integer> lastOfCpu = new ConcurrentHashMap<>();
    private final Phaser inStep = new Phaser(CPUS);
    private final AtomicInteger received = new AtomicInteger();
    private final AtomicInteger outOfOrder = new AtomicInteger();
    private final SoftwareXfrm right =
            new SoftwareXfrm(Kernels.settings(CPUS, timers), (path, esp) -> true, this::arrive);
    private final SoftwareXfrm left = new SoftwareXfrm(Kernels.settings(CPUS, timers), this::carry, packet -> { });

    private boolean carry(OuterPath path, byte[] esp) {
        if (!numbersUsed.add((long) Esp.spi(esp, 0) << 32 | Esp.sequence(esp, 0))) {
            repeated.incrementAndGet();
        }
        right.input(new IpEndpoint(path.source(), 4500), path.destination(), esp, 0, esp.length);
        return true;
    }

    /** Each CPU numbers its packets; the upper octet says which CPU. */
    private void arrive(IpPacket packet) {
        int number = LarvalQueueTest.number(packet);
        Integer before = lastOfCpu.put(number >> 24, number);
        if (before != null && before + 1 != number) {
            outOfOrder.incrementAndGet();
        }
        received.incrementAndGet();
    }

    private void install(int spi, int cpu, int seq) {
        SaSpec out = SaSample.out(Pair.LEFT, Pair.RIGHT, spi).cpu(cpu).replay(true, 0).answering(seq).spec();
        SaSpec in = new SaSpec(out.id(), out.source(), out.selector(), SaSpec.Direction.IN, out.mode(), out.reqid(),
                cpu, out.algorithms(), new SaSpec.Replay(true, 4096), out.lifetime(), null, null, out.options(), 0);
        SaKeys keys = SaSample.keys(out);
        Pair.accept(right, new XfrmRequest.NewSa(in, keys));
        Pair.accept(left, new XfrmRequest.NewSa(out, keys));
        keys.encryption().close();
    }

    /** Plays the daemon: one state an acquire, with the delay of a negotiation. */
    private int answerAcquires() throws InterruptedException {
        int cpusAnswered = 0;
        while (cpusAnswered < CPUS) {
            XfrmEvent.Acquire acquire = (XfrmEvent.Acquire) events.poll(10, TimeUnit.SECONDS);
            Thread.sleep(5);
            boolean fallback = acquire.cpu() == SaSpec.NO_CPU;
            install(fallback ? FALLBACK : FALLBACK + 1 + acquire.cpu(), acquire.cpu(), acquire.seq());
            cpusAnswered += fallback ? 0 : 1;
        }
        return cpusAnswered;
    }

    private void sendFrom(int cpu, CountDownLatch allHaveTheirs) {
        try {
            for (int i = 0; i < PACKETS; i++) {
                if (i % STEP == 0) {
                    inStep.arriveAndAwaitAdvance();
                }
                byte[] packet = Pair.udp(Pair.LEFT, Pair.RIGHT, cpu << 24 | i);
                if (left.output(cpu, packet, 0, packet.length) == OutputResult.QUEUED) {
                    Thread.sleep(5);
                }
                if (i == PACKETS / 2) {
                    allHaveTheirs.await();
                }
            }
        } catch (InterruptedException stop) {
            throw new AssertionError(stop);
        }
    }

    /** Classes are loaded here rather than while packets wait. */
    @BeforeAll
    static void warmUp() {
        try (Pair pair = new Pair()) {
            pair.install(SaSample.out(Pair.LEFT, Pair.RIGHT, FALLBACK), 32);
            Pair.accept(pair.left, new XfrmRequest.NewPolicy(Pair.transport(PolicyId.Direction.OUT, false)));
            pair.send(0, 1);
            assertThat(pair.atRight).hasSize(1);
        }
    }

    @RepeatedTest(5)
    void nothingIsLostAndEachCpuUsesItsOwn() throws InterruptedException {
        left.listen(events::add);
        Pair.accept(left, new XfrmRequest.NewPolicy(Pair.transport(PolicyId.Direction.OUT, true)));
        CountDownLatch allHaveTheirs = new CountDownLatch(1);
        List<Thread> senders = new ArrayList<>();
        for (int cpu = 0; cpu < CPUS; cpu++) {
            int own = cpu;
            senders.add(Thread.ofPlatform().start(() -> sendFrom(own, allHaveTheirs)));
        }
        assertThat(answerAcquires()).isEqualTo(CPUS);
        allHaveTheirs.countDown();
        for (Thread sender : senders) {
            sender.join();
        }
        assertThat(left.drops()).allSatisfy((reason, count) -> assertThat(count).as("%s", reason).isZero());
        assertThat(right.drops()).allSatisfy((reason, count) -> assertThat(count).as("%s", reason).isZero());
        assertThat(received).hasValue(CPUS * PACKETS);
        assertThat(repeated).hasValue(0);
        assertThat(outOfOrder).hasValue(0);
        assertThat(events).isEmpty();
        countersAgree();
        left.close();
        right.close();
    }

    private void countersAgree() {
        long sum = Pair.packets(left, Pair.RIGHT, FALLBACK);
        assertThat(sum).isBetween((long) CPUS, (long) CPUS * (PACKETS / 2 + 1));
        assertThat(Pair.packets(right, Pair.RIGHT, FALLBACK)).isEqualTo(sum);
        for (int cpu = 0; cpu < CPUS; cpu++) {
            long own = Pair.packets(left, Pair.RIGHT, FALLBACK + 1 + cpu);
            assertThat(own).isBetween(PACKETS / 2L - 1, (long) PACKETS);
            assertThat(Pair.packets(right, Pair.RIGHT, FALLBACK + 1 + cpu)).isEqualTo(own);
            sum += own;
        }
        assertThat(sum).isEqualTo(CPUS * PACKETS);
    }
}
