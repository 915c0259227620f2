package dev.keylane.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** CPU clocks in nanoseconds. */
final class CpuTime {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private CpuTime() {
    }

    static long ofThread() {
        return THREADS.getCurrentThreadCpuTime();
    }

    /** Of collections so far. They stop the world on one thread, so their elapsed time is about their CPU time. */
    static long ofCollections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream().mapToLong(gc -> gc.getCollectionTime()).sum()
                * 1_000_000;
    }
}
