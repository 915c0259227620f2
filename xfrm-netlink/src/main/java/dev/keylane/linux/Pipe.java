package dev.keylane.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;

/** A pipe for what another process prints: reading never waits, and nobody reads but who is asked to. */
public final class Pipe implements AutoCloseable {
    private static final MethodHandle PIPE2 = Libc.function("pipe2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));

    private final Fd reading;
    private final Fd writing;

    private Pipe(Fd reading, Fd writing) {
        this.reading = reading;
        this.writing = writing;
    }

    public static Pipe open() {
        MemorySegment state = Libc.state();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(JAVA_INT, 2);
            long made = (int) PIPE2.invokeExact(state, ends, Descriptors.O_CLOEXEC | Descriptors.O_NONBLOCK);
            LinuxException.check("pipe2", Libc.result(made, state));
            return new Pipe(new Fd(ends.get(JAVA_INT, 0)), new Fd(ends.get(JAVA_INT, 4)));
        } catch (Throwable thrown) {
            throw Libc.impossible(thrown);
        }
    }

    /** Under this name this process can open the writing end, until it is closed here; who writes to it may have to wait. */
    public File writingEnd() {
        return new File("/proc/self/fd/" + writing.number());
    }

    /** What was opened by its name stays open. */
    public void closeWritingEnd() {
        writing.close();
    }

    /**
     * Takes what is there into {@code buffer}, a direct one, whose position moves.
     *
     * @return octets taken, 0 when there are none now, or never again
     */
    public int read(ByteBuffer buffer) {
        return Math.max(0, Descriptors.read(reading, buffer));
    }

    @Override
    public void close() {
        writing.close();
        reading.close();
    }
}
