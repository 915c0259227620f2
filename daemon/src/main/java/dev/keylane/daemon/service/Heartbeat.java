package dev.keylane.daemon.service;

import dev.keylane.daemon.control.Control;
import dev.keylane.daemon.control.DaemonStats;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the event loop for its numbers twice within each period of the watchdog, and passes them on. A loop that is stuck
 * does not answer, the manager hears nothing, and starts the daemon anew; the kernel goes on with the SAs meanwhile.
 */
public final class Heartbeat implements AutoCloseable {
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "keylane-heartbeat");
        thread.setDaemon(true);
        return thread;
    });

    private Heartbeat() {
    }

    /** Does nothing when no watchdog waits. */
    public static Heartbeat start(ServiceReport report, Control control) {
        Heartbeat heartbeat = new Heartbeat();
        report.watchdog().map(Duration::toNanos).ifPresent(period -> heartbeat.clock.scheduleWithFixedDelay(
                () -> beat(report, control), 0, Math.max(1, period / 2), TimeUnit.NANOSECONDS));
        return heartbeat;
    }

    /** A loop that answers with a failure turns as well; one that takes no questions any more is stopping. */
    private static void beat(ServiceReport report, Control control) {
        try {
            control.stats().whenComplete((stats, failure) ->
                    report.alive(failure == null ? status(stats) : "no numbers: " + failure.getMessage()));
        } catch (RejectedExecutionException stopping) {
            LOG.debug("the event loop takes no questions any more");
        }
    }

    /** What {@code systemctl status} shows. */
    public static String status(DaemonStats stats) {
        long children = stats.population().childSas().values().stream().mapToLong(Long::longValue).sum();
        return stats.ikeSas() + " IKE SAs, " + children + " Child SAs, kernel " + stats.kernel();
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    private static final Logger LOG = LoggerFactory.getLogger("DMN");
}
