package dev.keylane.demo;

import dev.keylane.xfrm.software.OutputResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A thread a CPU, each sending numbered packets at a steady rate. */
final class Senders {
    private final Side from;
    private final Side to;
    private final int packets;
    private final long gapNanos;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();

    /**
     * @param packets for each CPU
     * @param gapNanos between two packets of a CPU
     */
    Senders(Side from, Side to, int packets, long gapNanos) {
        this.from = from;
        this.to = to;
        this.packets = packets;
        this.gapNanos = gapNanos;
    }

    void start(int cpus) {
        for (int cpu = 0; cpu < cpus; cpu++) {
            int own = cpu;
            threads.add(Thread.ofPlatform().daemon().name("demo-" + from.name() + "-cpu" + cpu).start(() -> send(own)));
        }
    }

    private void send(int cpu) {
        long next = System.nanoTime();
        for (int number = 0; number < packets; number++) {
            OutputResult result = from.send(to, cpu, number);
            switch (result) {
                case SENT, QUEUED -> sent.incrementAndGet();
                case CLEAR, DROPPED -> refused.incrementAndGet();
            }
            next = Math.max(next + gapNanos, System.nanoTime() + (result == OutputResult.QUEUED ? TRAPPED_NANOS : 0));
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

    /** A program whose packet waits in the kernel would be slowed down by its socket's buffer. */
    private static final long TRAPPED_NANOS = 100_000_000;
}
