package dev.keylane.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;

/** open, read, write, ioctl, poll, eventfd; {@link Pipe} has pipe2. Results are the kernel's: at least 0, or a negated errno. */
public final class Descriptors {
    public static final int O_RDONLY = 0;
    public static final int O_RDWR = 2;
    public static final int O_NONBLOCK = 0x800;
    public static final int O_CLOEXEC = 0x80000;
    public static final short POLLIN = 1;

    private static final MethodHandle OPEN =
            Libc.variadic("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT), 2);
    private static final MethodHandle CLOSE = Libc.function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle READ =
            Libc.function("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle WRITE =
            Libc.function("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle IOCTL =
            Libc.variadic("ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS), 2);
    private static final MethodHandle POLL =
            Libc.function("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle EVENTFD =
            Libc.function("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

    private Descriptors() {
    }

    /** Opens an existing file or device. */
    public static Fd open(String path, int flags) {
        MemorySegment state = Libc.state();
        try (Arena arena = Arena.ofConfined()) {
            long fd = (int) OPEN.invokeExact(state, arena.allocateFrom(path), flags | O_CLOEXEC, 0);
            return new Fd(LinuxException.check("open " + path, Libc.result(fd, state)));
        } catch (Throwable thrown) {
            throw Libc.impossible(thrown);
        }
    }

    /** A counter to wake up whoever polls it. */
    public static Fd eventFd() {
        MemorySegment state = Libc.state();
        try {
            long fd = (int) EVENTFD.invokeExact(state, 0, O_CLOEXEC | O_NONBLOCK);
            return new Fd(LinuxException.check("eventfd", Libc.result(fd, state)));
        } catch (Throwable thrown) {
            throw Libc.impossible(thrown);
        }
    }

    /** Octets read into {@code buffer}, a native segment. */
    public static int read(Fd fd, MemorySegment buffer) {
        MemorySegment state = Libc.state();
        try {
            long read = (long) READ.invokeExact(state, fd.number(), buffer, buffer.byteSize());
            return Libc.result(read, state);
        } catch (Throwable thrown) {
            throw Libc.impossible(thrown);
        }
    }

    /** Octets of {@code buffer}, a native segment, that were taken. */
    public static int write(Fd fd, MemorySegment buffer) {
        MemorySegment state = Libc.state();
        try {
            long written = (long) WRITE.invokeExact(state, fd.number(), buffer, buffer.byteSize());
            return Libc.result(written, state);
        } catch (Throwable thrown) {
            throw Libc.impossible(thrown);
        }
    }

    public static int ioctl(Fd fd, long request, MemorySegment argument) {
        MemorySegment state = Libc.state();
        try {
            long result = (int) IOCTL.invokeExact(state, fd.number(), request, argument);
            return Libc.result(result, state);
        } catch (Throwable thrown) {
            throw Libc.impossible(thrown);
        }
    }

    /** Reads into {@code buffer}, a direct one, from its position on, which moves. */
    public static int read(Fd fd, ByteBuffer buffer) {
        int read = read(fd, MemorySegment.ofBuffer(buffer));
        buffer.position(buffer.position() + Math.max(0, read));
        return read;
    }

    /** Writes what remains of {@code buffer}, a direct one; its position moves. */
    public static int write(Fd fd, ByteBuffer buffer) {
        int written = write(fd, MemorySegment.ofBuffer(buffer));
        buffer.position(buffer.position() + Math.max(0, written));
        return written;
    }

    /**
     * @param argument a direct buffer with the request's structure between position and limit
     */
    public static int ioctl(Fd fd, long request, ByteBuffer argument) {
        return ioctl(fd, request, MemorySegment.ofBuffer(argument));
    }

    /**
     * Waits until one of {@code fds} can be read.
     *
     * @param pollFds native memory of 8 octets for each of them
     * @param millis  at most, -1 for ever
     * @return how many are ready, 0 after the time
     */
    public static int pollIn(MemorySegment pollFds, int millis, Fd... fds) {
        for (int i = 0; i < fds.length; i++) {
            pollFds.set(JAVA_INT, i * 8L, fds[i].number());
            pollFds.set(JAVA_INT, i * 8L + 4, POLLIN);
        }
        MemorySegment state = Libc.state();
        try {
            long ready = (int) POLL.invokeExact(state, pollFds, (long) fds.length, millis);
            return Libc.result(ready, state);
        } catch (Throwable thrown) {
            throw Libc.impossible(thrown);
        }
    }

    /** The same with a direct buffer for {@code pollFds}. */
    public static int pollIn(ByteBuffer pollFds, int millis, Fd... fds) {
        return pollIn(MemorySegment.ofBuffer(pollFds), millis, fds);
    }

    static void close(int fd) {
        try {
            int ignored = (int) CLOSE.invokeExact(Libc.state(), fd);
        } catch (Throwable thrown) {
            throw Libc.impossible(thrown);
        }
    }
}
