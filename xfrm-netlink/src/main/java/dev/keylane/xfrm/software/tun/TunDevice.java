package dev.keylane.xfrm.software.tun;

import dev.keylane.linux.Descriptors;
import dev.keylane.linux.Fd;
import dev.keylane.linux.LinuxException;
import dev.keylane.xfrm.software.OutputResult;
import dev.keylane.xfrm.software.PacketSink;
import dev.keylane.xfrm.software.SoftwareXfrm;
import dev.keylane.xfrm.software.packet.IpPacket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * A TUN device and a thread for each of its queues. Queue n counts as CPU n; Linux spreads flows over queues by hash,
 * so that a flow stays with one CPU. Make the device, make the kernel with it as its sink, then {@link #start}.
 */
public final class TunDevice implements PacketSink, AutoCloseable {
    private final List<TunQueue> queues;
    private final List<Thread> threads = new ArrayList<>();
    private final Fd wakeUp;
    private final LongAdder unprotected = new LongAdder();
    private final LongAdder undeliverable = new LongAdder();
    private volatile boolean closed;
    private volatile boolean gone;

    private TunDevice(List<TunQueue> queues, Fd wakeUp) {
        this.queues = queues;
        this.wakeUp = wakeUp;
    }

    /**
     * @param name   of at most 15 octets; {@code %d} stands for the first number that is free
     * @param queues 1 to 256
     * @throws LinuxException when there can be no such device; none is left behind
     */
    public static TunDevice open(String name, int queues) {
        if (queues < 1 || queues > MAX_QUEUES) {
            throw new IllegalArgumentException("TUN device \"" + name + "\" with " + queues + " queues");
        }
        reasonAgainst(name).ifPresent(reason -> {
            throw new IllegalArgumentException(reason);
        });
        List<TunQueue> opened = new ArrayList<>();
        try {
            for (int i = 0; i < queues; i++) {
                opened.add(TunQueue.attach(i == 0 ? name : opened.getFirst().name()));
            }
            return new TunDevice(List.copyOf(opened), Descriptors.eventFd());
        } catch (LinuxException refused) {
            opened.forEach(TunQueue::close);
            throw refused;
        }
    }

    /** Why no device can be called that: what Linux would not say in words. */
    public static Optional<String> reasonAgainst(String name) {
        int octets = name.getBytes(StandardCharsets.UTF_8).length;
        if (octets == 0) {
            return Optional.of("a device needs a name");
        }
        if (octets > MAX_NAME) {
            return Optional.of("the name has " + octets + " octets, and Linux takes " + MAX_NAME + " at the most");
        }
        return name.equals(".") || name.equals("..") || name.chars().anyMatch(TunDevice::isForbidden)
                ? Optional.of("Linux takes no such name: none with a space, / or :") : Optional.empty();
    }

    private static boolean isForbidden(int character) {
        return character == '/' || character == ':' || Character.isWhitespace(character);
    }

    /** What the device is called. */
    public String name() {
        return queues.getFirst().name();
    }

    /** Begins to read; called once. Queues beyond the kernel's CPUs count as those of lower CPUs. */
    public void start(SoftwareXfrm kernel) {
        int cpus = kernel.capabilities().cpus();
        for (int i = 0; i < queues.size(); i++) {
            TunQueue queue = queues.get(i);
            int cpu = i % cpus;
            threads.add(Thread.ofPlatform().daemon().name("tun-" + i).start(() -> pump(queue, cpu, kernel)));
        }
    }

    private void pump(TunQueue queue, int cpu, SoftwareXfrm kernel) {
        byte[] packet = new byte[TunQueue.MAX_PACKET];
        while (!closed) {
            int length = queue.read(wakeUp, packet);
            if (length < 0) {
                gone = true;
                return;
            }
            if (length > 0 && !closed && kernel.output(cpu, packet, 0, length) == OutputResult.CLEAR) {
                unprotected.increment();
            }
        }
    }

    @Override
    public void deliver(IpPacket packet) {
        TunQueue queue = queues.get((int) (Thread.currentThread().threadId() % queues.size()));
        if (closed || !queue.write(packet.data(), packet.from(), packet.length())) {
            undeliverable.increment();
        }
    }

    /** Packets from the host that no policy protects. */
    public long unprotected() {
        return unprotected.sum();
    }

    /** Whether somebody deleted the device: nothing will be read any more. */
    public boolean isGone() {
        return gone;
    }

    /** Packets for the host that the device would not have. */
    public long undeliverable() {
        return undeliverable.sum();
    }

    /** Ends the threads and removes the device. Nobody may deliver at the same time. */
    @Override
    public void close() {
        closed = true;
        Descriptors.write(wakeUp, ByteBuffer.allocateDirect(Long.BYTES).put(0, (byte) 1));
        boolean interrupted = false;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException stop) {
                interrupted = true;
            }
        }
        queues.forEach(TunQueue::close);
        wakeUp.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static final int MAX_NAME = 15;
    private static final int MAX_QUEUES = 256;
}
