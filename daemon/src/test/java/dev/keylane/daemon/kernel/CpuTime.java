package dev.keylane.daemon.kernel;

import java.lang.management.ManagementFactory;
import java.time.Duration;

/** What something costs this thread, however busy the machine is with other things. */
final class CpuTime {
    private CpuTime() {
    }

    static Duration of(Runnable work) {
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        work.run();
        return Duration.ofNanos(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before);
    }
}
