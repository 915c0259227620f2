package dev.keylane.bpf;

import dev.keylane.linux.Errno;
import dev.keylane.linux.Fd;
import dev.keylane.linux.LinuxException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A table that programs and user space share. Keys and values are in the machine's own order unless they say other. */
public final class BpfMap implements AutoCloseable {
    private final Fd fd;
    private final MapShape shape;

    private BpfMap(Fd fd, MapShape shape) {
        this.fd = fd;
        this.shape = shape;
    }

    /**
     * @param name up to 15 letters, digits and underscores
     */
    public static BpfMap create(String name, MapShape shape) {
        return create(name, shape, 0);
    }

    /** A hash that takes memory for the entries it has, not for all that it may have. */
    public static BpfMap createSparse(String name, MapShape shape) {
        return create(name, shape, BPF_F_NO_PREALLOC);
    }

    private static BpfMap create(String name, MapShape shape, int flags) {
        try (BpfCall call = new BpfCall(BpfCommand.MAP_CREATE)) {
            call.u32(MAP_TYPE, shape.type()).u32(KEY_SIZE, shape.keySize()).u32(VALUE_SIZE, shape.valueSize());
            call.u32(MAX_ENTRIES, shape.maxEntries()).u32(MAP_FLAGS, flags).name(MAP_NAME, name);
            return new BpfMap(call.open(name), shape);
        }
    }

    /** The map pinned there; empty when nothing is. */
    public static Optional<BpfMap> pinned(Path path) {
        return Pinned.open(path).map(fd -> new BpfMap(fd, shapeOf(fd)));
    }

    private static MapShape shapeOf(Fd fd) {
        ObjectInfo info = ObjectInfo.of(fd);
        return new MapShape(info.u32(INFO_TYPE), info.u32(INFO_KEY_SIZE), info.u32(INFO_VALUE_SIZE),
                info.u32(INFO_MAX_ENTRIES));
    }

    public void pin(Path path) {
        Pinned.pin(fd, path);
    }

    public MapShape shape() {
        return shape;
    }

    int descriptor() {
        return fd.number();
    }

    Fd fd() {
        return fd;
    }

    /**
     * Puts a value, new or instead of the one there; into a per-CPU map one for each possible CPU, as {@link #get}
     * answers them.
     *
     * @return 0 or a negated errno, E2BIG when the map is full
     */
    public int put(byte[] key, byte[] value) {
        return put(key, value, BPF_ANY);
    }

    /** The same, but EEXIST when there is one. */
    public int putNew(byte[] key, byte[] value) {
        return put(key, value, BPF_NOEXIST);
    }

    /** A map that is not allocated beforehand has few places at hand at a time; the kernel fetches more behind our back. */
    private int put(byte[] key, byte[] value, long flags) {
        try (BpfCall call = element(BpfCommand.MAP_UPDATE_ELEM, key)) {
            call.octets(VALUE, value).u64(FLAGS, flags);
            int answer = call.run();
            for (int again = 0; answer == -Errno.ENOMEM && again < PLACES_TRIES; again++) {
                LockSupport.parkNanos(PLACES_NANOS);
                answer = call.run();
            }
            return answer;
        }
    }

    /** 0 or a negated errno, ENOENT when there was none. */
    public int remove(byte[] key) {
        try (BpfCall call = element(BpfCommand.MAP_DELETE_ELEM, key)) {
            return call.run();
        }
    }

    /** The value, null when there is none; of a per-CPU map one for each possible CPU, each filled up to 8 octets. */
    public byte @Nullable [] get(byte[] key, int possibleCpus) {
        boolean perCpu = shape.type() == MapType.PER_CPU_ARRAY.number || shape.type() == MapType.PER_CPU_HASH.number;
        long size = perCpu ? (shape.valueSize() + 7 & ~7L) * possibleCpus : shape.valueSize();
        try (BpfCall call = element(BpfCommand.MAP_LOOKUP_ELEM, key)) {
            MemorySegment value = call.memory(VALUE, size);
            int answer = call.run();
            if (answer == -Errno.ENOENT) {
                return null;
            }
            LinuxException.check(call.name(), answer);
            return value.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** The same for a map that is not per CPU. */
    public byte @Nullable [] get(byte[] key) {
        return get(key, 1);
    }

    /**
     * Reads all entries of a hash, a thousand of them with each call; those that come or go meanwhile may be missed.
     *
     * @param reader gets key and value
     */
    public void forEach(BiConsumer<byte[], byte[]> reader) {
        byte[] position = {};
        int most = BATCH;
        int answer;
        do {
            try (BpfCall call = new BpfCall(BpfCommand.MAP_LOOKUP_BATCH)) {
                if (position.length > 0) {
                    call.octets(BATCH_FROM, position);
                }
                MemorySegment next = call.memory(BATCH_NEXT, POSITION_SIZE);
                MemorySegment keys = call.memory(BATCH_KEYS, (long) most * shape.keySize());
                MemorySegment values = call.memory(BATCH_VALUES, (long) most * shape.valueSize());
                answer = call.u32(BATCH_COUNT, most).u32(BATCH_FD, fd.number()).run();
                if (answer == -Errno.ENOSPC) {
                    // A chain of the hash must fit.
                    most *= 2;
                    continue;
                }
                LinuxException.check(call.name(), answer == -Errno.ENOENT ? 0 : answer);
                for (long i = 0; i < call.u32(BATCH_COUNT); i++) {
                    reader.accept(octets(keys, i, shape.keySize()), octets(values, i, shape.valueSize()));
                }
                position = next.toArray(ValueLayout.JAVA_BYTE);
            }
        } while (answer != -Errno.ENOENT);
    }

    private static byte[] octets(MemorySegment from, long index, long size) {
        return from.asSlice(index * size, size).toArray(ValueLayout.JAVA_BYTE);
    }

    private BpfCall element(BpfCommand command, byte[] key) {
        if (key.length != shape.keySize()) {
            throw new IllegalArgumentException("a key of " + key.length + " octets for " + shape);
        }
        return new BpfCall(command).u32(MAP_FD, fd.number()).octets(KEY, key);
    }

    @Override
    public void close() {
        fd.close();
    }

    private static final long BPF_ANY = 0;
    private static final long BPF_NOEXIST = 1;
    private static final int BPF_F_NO_PREALLOC = 1;

    private static final long MAP_TYPE = 0;
    private static final long KEY_SIZE = 4;
    private static final long VALUE_SIZE = 8;
    private static final long MAX_ENTRIES = 12;
    private static final long MAP_FLAGS = 16;
    private static final long MAP_NAME = 28;

    private static final long BATCH_FROM = 0;
    private static final long BATCH_NEXT = 8;
    private static final long BATCH_KEYS = 16;
    private static final long BATCH_VALUES = 24;
    private static final long BATCH_COUNT = 32;
    private static final long BATCH_FD = 36;
    private static final int BATCH = 1024;
    private static final int POSITION_SIZE = 8;

    private static final long MAP_FD = 0;
    private static final long KEY = 8;
    private static final long VALUE = 16;
    private static final long FLAGS = 24;

    private static final int INFO_TYPE = 0;
    private static final int INFO_KEY_SIZE = 8;
    private static final int INFO_VALUE_SIZE = 12;
    private static final int INFO_MAX_ENTRIES = 16;
    private static final int PLACES_TRIES = 20;
    private static final long PLACES_NANOS = 1_000_000;
}
