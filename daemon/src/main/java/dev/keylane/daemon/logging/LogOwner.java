package dev.keylane.daemon.logging;

import org.jspecify.annotations.Nullable;

/**
 * Whose lines a thread logs: several daemons may run in one process, which has one log. A thread works for the daemon that the
 * one worked for which has started it; a thread that works for none, such as that of a signal, logs for the process.
 */
public final class LogOwner {
    private static final InheritableThreadLocal<@Nullable LogOwner> OF_THREAD = new InheritableThreadLocal<>();

    /** Gives the thread back. */
    public interface Work extends AutoCloseable {
        @Override
        void close();
    }

    /** From here on this thread, and those that it starts, work for this daemon. */
    public Work begin() {
        LogOwner before = OF_THREAD.get();
        OF_THREAD.set(this);
        return () -> {
            if (before == null) {
                OF_THREAD.remove();
            } else {
                OF_THREAD.set(before);
            }
        };
    }

    static @Nullable LogOwner ofThisThread() {
        return OF_THREAD.get();
    }
}
