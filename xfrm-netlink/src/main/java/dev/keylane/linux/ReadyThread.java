package dev.keylane.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A thread that sleeps until something can be read, and then has it read, until it is told to stop. */
public final class ReadyThread implements AutoCloseable {
    private final Fd readable;
    private final Runnable ready;
    private final Runnable end;
    private final Fd stop = Descriptors.eventFd();
    private final Thread thread;
    private boolean stopped;

    /**
     * @param ready called on the thread, to read some of what is there
     * @param end   called on the thread as the last thing it does
     */
    public ReadyThread(String name, Fd readable, Runnable ready, Runnable end) {
        this.readable = readable;
        this.ready = ready;
        this.end = end;
        this.thread = Thread.ofPlatform().daemon().name(name).start(this::run);
    }

    private void run() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pollFds = arena.allocate(16, 8);
            while (isReady(pollFds)) {
                ready.run();
            }
        } finally {
            release();
            end.run();
        }
    }

    /** Whether to go on. */
    private boolean isReady(MemorySegment pollFds) {
        int count = Descriptors.pollIn(pollFds, -1, readable, stop);
        if (count < 0 && count != -Errno.EINTR) {
            throw new LinuxException("poll", -count, "");
        }
        return count < 0 || pollFds.get(ValueLayout.JAVA_SHORT, STOP_REVENTS) == 0;
    }

    /** From now on nobody writes to it, as its number may be another one's. */
    private synchronized void release() {
        stopped = true;
        stop.close();
    }

    /** Calls whoever wants what was read: that one of them fails must not make us deaf. */
    public static void deliver(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException bug) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, bug);
        }
    }

    /** Whether anything will be read yet: what poll refuses ends it. */
    public boolean isAlive() {
        return thread.isAlive();
    }

    /** Ends the thread and waits for its end; when that thread itself calls this, it ends after the call. */
    @Override
    public void close() {
        signal();
        if (Thread.currentThread() != thread) {
            joinUninterruptibly();
        }
    }

    private synchronized void signal() {
        if (!stopped) {
            stopped = true;
            try (Arena once = Arena.ofConfined()) {
                Descriptors.write(stop, once.allocateFrom(ValueLayout.JAVA_LONG, 1));
            }
        }
    }

    private void joinUninterruptibly() {
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
