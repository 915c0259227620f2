package dev.keylane.netfilter;

import dev.keylane.linux.Errno;
import dev.keylane.linux.LinuxException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Holds packets that come on an SPI we have offered until its SA is installed. {@link #expect} and {@link #release} are
 * for one thread.
 */
public final class EarlyEsp implements AutoCloseable {
    private final HeldPackets packets = new HeldPackets();
    private final PacketQueue queue;
    private final EarlyTable table;

    private EarlyEsp(int number, int natTraversalPort) {
        this.queue = PacketQueue.bind(number, this::stopped);
        try {
            this.table = EarlyTable.create(number, natTraversalPort);
        } catch (LinuxException unusable) {
            queue.close();
            throw unusable;
        }
    }

    /**
     * In the network namespace of the calling thread.
     *
     * @param natTraversalPort where UDP-encapsulated ESP comes in
     * @throws LinuxException when the kernel has not what it takes (nftables, nfnetlink_queue), or without CAP_NET_ADMIN
     */
    public static EarlyEsp open(int natTraversalPort) {
        for (int number = FIRST_QUEUE; ; number++) {
            try {
                return new EarlyEsp(number, natTraversalPort);
            } catch (LinuxException refused) {
                if (refused.errno() != Errno.EBUSY || number == FIRST_QUEUE + TRIES) {
                    throw refused;
                }
            }
        }
    }

    /**
     * Before the SPI is told to the peer.
     *
     * @throws LinuxException when the kernel refuses; then nothing is held
     */
    public void expect(int spi) {
        packets.expect(spi);
        try {
            add(spi);
        } catch (LinuxException refused) {
            release(spi);
            throw refused;
        }
    }

    /** Whoever loads another set of rules may flush ours with the old one. */
    private void add(int spi) {
        try {
            table.add(spi);
        } catch (LinuxException refused) {
            if (refused.errno() != Errno.ENOENT) {
                throw refused;
            }
            table.make();
            packets.expected().forEach(table::add);
        }
    }

    /**
     * The SA is installed, or will never be: what has come for it goes on, in order. Later packets wait behind it as long
     * as they can: were it overtaken by more than the replay window, it would be dropped, and with extended sequence
     * numbers taken for a forgery (RFC 4304 §2.2). Does nothing for an SPI not expected.
     */
    public void release(int spi) {
        if (packets.onlyFor(spi)) {
            releaseQueue(spi);
        } else {
            releaseEach(spi);
        }
    }

    /**
     * Nothing may be done with what has come for it, nor does more of it come. Does nothing for an SPI not expected.
     *
     * @return how many packets are lost by that
     */
    public int drop(int spi) {
        List<Integer> waiting = packets.release(spi);
        waiting.forEach(queue::drop);
        table.remove(spi);
        return waiting.size();
    }

    /** As long as that catches up with what comes. */
    private void releaseEach(int spi) {
        List<Integer> waiting = packets.take(spi);
        for (int before = Integer.MAX_VALUE; !waiting.isEmpty() && waiting.size() < before; waiting = packets.take(spi)) {
            before = waiting.size();
            waiting.forEach(queue::accept);
        }
        waiting.forEach(queue::accept);
        packets.release(spi).forEach(queue::accept);
        table.remove(spi);
    }

    /** The kernel lets the whole queue go at once, which is faster than packets come; one by one is not. */
    private void releaseQueue(int spi) {
        for (int round = 0; round < ROUNDS; round++) {
            queue.acceptAll();
        }
        table.remove(spi);
        queue.acceptAll();
        packets.release(spi);
    }

    /** Packets that have had to wait, ever. */
    public long held() {
        return packets.held();
    }

    @Override
    public void close() {
        table.close();
        queue.close();
    }

    private void stopped(int id, MemorySegment start) {
        if (!packets.hold(EspPacket.spi(start), id)) {
            queue.accept(id);
        }
    }

    private static final int FIRST_QUEUE = 45_000;
    private static final int TRIES = 16;
    /** Each finds what has come during the one before, some hundredths of that. */
    private static final int ROUNDS = 4;
}
