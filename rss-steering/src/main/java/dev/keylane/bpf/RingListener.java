package dev.keylane.bpf;

import dev.keylane.linux.Descriptors;
import dev.keylane.linux.Errno;
import dev.keylane.linux.Fd;
import dev.keylane.linux.LinuxException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Consumer;

/** Reads a ring buffer on a thread of its own, which sleeps while there is nothing. */
public final class RingListener implements AutoCloseable {
    private final RingBuffer ring;
    private final Consumer<byte[]> sink;
    private final Fd stop = Descriptors.eventFd();
    private final Thread thread;

    /**
     * @param ring closed by us
     * @param sink called on the listener's thread, one call at a time; it must not close this
     */
    public RingListener(String name, RingBuffer ring, Consumer<byte[]> sink) {
        this.ring = ring;
        this.sink = sink;
        this.thread = Thread.ofPlatform().daemon().name(name).start(this::run);
    }

    private void run() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pollFds = arena.allocate(16, 8);
            while (awaitRecords(pollFds)) {
                ring.drain(this::deliver);
            }
        } finally {
            stop.close();
            ring.close();
        }
    }

    /** Whether to go on. */
    private boolean awaitRecords(MemorySegment pollFds) {
        int ready = Descriptors.pollIn(pollFds, -1, ring.fd(), stop);
        if (ready < 0 && ready != -Errno.EINTR) {
            throw new LinuxException("poll", -ready, "");
        }
        return ready < 0 || pollFds.get(ValueLayout.JAVA_SHORT, STOP_REVENTS) == 0;
    }

    /** A sink that fails must not make us deaf. */
    private void deliver(byte[] octets) {
        try {
            sink.accept(octets);
        } catch (RuntimeException bug) {
            thread.getUncaughtExceptionHandler().uncaughtException(thread, bug);
        }
    }

    /** Whether anything will be heard of yet: what poll refuses ends it. */
    public boolean isListening() {
        return thread.isAlive();
    }

    /** Ends the thread and waits for its end. */
    @Override
    public void close() {
        if (!thread.isAlive()) {
            return;
        }
        try (Arena once = Arena.ofConfined()) {
            Descriptors.write(stop, once.allocateFrom(ValueLayout.JAVA_LONG, 1));
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** revents of the second pollfd. */
    private static final long STOP_REVENTS = 8 + 6;
}
