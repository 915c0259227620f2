package dev.keylane.demo;

import dev.keylane.xfrm.software.OutputResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;

/** A thread a CPU, each sending numbered packets at a steady rate. */
final class Senders {
    private final Side from;
    private final Side to;
    private final int packets;
    private final long gapNanos;
    private final IntPredicate covered;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();

    /**
     * @param packets  for each CPU, and more until it is covered
     * @param gapNanos between two packets of a CPU
     * @param covered  whether a CPU's packets travel on a pair of its own
     */
    Senders(Side from, Side to, int packets, long gapNanos, IntPredicate covered) {
        this.from = from;
        this.to = to;
        this.packets = packets;
        this.gapNanos = gapNanos;
        this.covered = covered;
    }

    void start(int cpus) {
        for (int cpu = 0; cpu < cpus; cpu++) {
            int own = cpu;
            threads.add(Thread.ofPlatform().daemon().name("demo-" + from.name() + "-cpu" + cpu).start(() -> send(own)));
        }
    }

    private void send(int cpu) {
        long next = System.nanoTime();
        long patience = TRAPPED_NANOS;
        for (int number = 0; number < packets || number < packets + MOST_EXTRA && !covered.test(cpu); number++) {
            OutputResult result = from.send(to, cpu, number);
            switch (result) {
                case SENT, QUEUED -> sent.incrementAndGet();
                case CLEAR, DROPPED -> refused.incrementAndGet();
            }
            boolean waits = result != OutputResult.SENT;
            next = Math.max(next + gapNanos, System.nanoTime() + (waits ? patience : 0));
            patience = waits ? Math.min(2 * patience, MOST_PATIENCE_NANOS) : TRAPPED_NANOS;
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    boolean isRunning() {
        return threads.stream().anyMatch(Thread::isAlive);
    }

    /** Packets that were sent or wait for the first SA. */
    long sent() {
        return sent.get();
    }

    /** Packets the kernel did not take. */
    long refused() {
        return refused.get();
    }

    private static final int MOST_EXTRA = 5000;
    /** A program whose packet waits in the kernel would be slowed down by its socket's buffer, as long as that takes. */
    private static final long TRAPPED_NANOS = 100_000_000;
    private static final long MOST_PATIENCE_NANOS = 5_000_000_000L;
}
