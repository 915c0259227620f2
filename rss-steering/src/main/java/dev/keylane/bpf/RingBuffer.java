package dev.keylane.bpf;

import dev.keylane.linux.Fd;
import dev.keylane.linux.LinuxException;
import dev.keylane.linux.Mapping;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;

/**
 * Records that programs hand to user space, in their order (Linux 5.8). The kernel's side is mapped, so that taking what
 * is there needs no call:
 *
 * <pre>
 * page 0      u64 how far we have read                        ours to write
 * page 1      u64 how far programs have written
 * page 2...   records: u32 length and flags, u32, octets, each aligned to 8; twice in a row, so that none is torn
 * </pre>
 *
 * One reader at a time.
 */
public final class RingBuffer implements AutoCloseable {
    private final BpfMap map;
    private final Mapping consumer;
    private final Mapping producer;
    private final MemorySegment records;

    /**
     * @param octets a power of two, at least a page
     */
    public RingBuffer(String name, int octets) {
        this.map = BpfMap.create(name, new MapShape(MapType.RING_BUFFER, 0, 0, octets));
        int page = Mapping.pageSize();
        try {
            this.consumer = Mapping.of(map.fd(), 0, page, true);
        } catch (LinuxException refused) {
            map.close();
            throw refused;
        }
        try {
            this.producer = Mapping.of(map.fd(), page, page + 2L * octets, false);
        } catch (LinuxException refused) {
            consumer.close();
            map.close();
            throw refused;
        }
        this.records = producer.memory().asSlice(page);
    }

    /** What programs write to. */
    public BpfMap map() {
        return map;
    }

    /** Readable while there are records. */
    public Fd fd() {
        return map.fd();
    }

    /** Takes the records that are there; one still being written is left, with all behind it. */
    public void drain(Consumer<byte[]> sink) {
        long mask = map.shape().maxEntries() - 1L;
        long read = (long) LONG.getAcquire(consumer.memory(), 0L);
        while (read < (long) LONG.getAcquire(producer.memory(), 0L)) {
            int header = (int) INT.getAcquire(records, read & mask);
            if ((header & BUSY) != 0) {
                return;
            }
            int length = header & ~(BUSY | DISCARDED);
            byte[] record = records.asSlice((read & mask) + HEADER, length).toArray(ValueLayout.JAVA_BYTE);
            read += HEADER + length + 7L & ~7L;
            LONG.setRelease(consumer.memory(), 0L, read);
            if ((header & DISCARDED) == 0) {
                sink.accept(record);
            }
        }
    }

    @Override
    public void close() {
        producer.close();
        consumer.close();
        map.close();
    }

    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
    private static final int HEADER = 8;
    private static final int BUSY = 1 << 31;
    private static final int DISCARDED = 1 << 30;
}
