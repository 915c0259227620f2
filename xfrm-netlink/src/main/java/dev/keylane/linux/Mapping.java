package dev.keylane.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Memory that we share with whatever a descriptor stands for. It stays after the descriptor is closed. */
public final class Mapping implements AutoCloseable {
    private static final MethodHandle MMAP = Libc.function("mmap",
            FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MUNMAP =
            Libc.function("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle PAGE_SIZE = Libc.function("getpagesize", FunctionDescriptor.of(JAVA_INT));

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;

    private Mapping(long address, long size) {
        memory = MemorySegment.ofAddress(address).reinterpret(size, arena, unmapped -> unmap(address, size));
    }

    /**
     * @param offset in octets, a multiple of the page size
     * @param size   in octets
     */
    public static Mapping of(Fd fd, long offset, long size, boolean writable) {
        MemorySegment state = Libc.state();
        try {
            long address = (long) MMAP.invokeExact(state, MemorySegment.NULL, size,
                    writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd.number(), offset);
            // A failure is -1; addresses of user space are never negative.
            LinuxException.check("mmap " + fd, address == -1 ? Libc.result(address, state) : 0);
            return new Mapping(address, size);
        } catch (Throwable thrown) {
            throw Libc.impossible(thrown);
        }
    }

    /** In octets. */
    public static int pageSize() {
        try {
            return (int) PAGE_SIZE.invokeExact(Libc.state());
        } catch (Throwable thrown) {
            throw Libc.impossible(thrown);
        }
    }

    /** For any thread, until this is closed. */
    public MemorySegment memory() {
        return memory;
    }

    @Override
    public void close() {
        arena.close();
    }

    private static void unmap(long address, long size) {
        try {
            int ignored = (int) MUNMAP.invokeExact(Libc.state(), address, size);
        } catch (Throwable thrown) {
            throw Libc.impossible(thrown);
        }
    }

    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int MAP_SHARED = 1;
}
