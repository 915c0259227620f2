package dev.keylane.cli;

import dev.keylane.daemon.boot.Daemon;
import dev.keylane.daemon.service.Heartbeat;
import dev.keylane.daemon.service.ServiceReport;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * SIGTERM and SIGINT: the daemon is closed before the process ends, even when the signal comes while it starts. Exit
 * code 0 then, for it was asked to stop and did. The service manager hears of the start and of the stop.
 */
final class StopSignal implements AutoCloseable {
    private final CountDownLatch settled = new CountDownLatch(1);
    private final CountDownLatch never = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stop, "keylane-stop");
    private final ServiceReport report;
    private volatile @Nullable Daemon running;

    private StopSignal(ServiceReport report) {
        this.report = report;
    }

    /** Something that starts a daemon. */
    interface Start {
        Daemon start() throws IOException;
    }

    static StopSignal await(ServiceReport report) {
        StopSignal signal = new StopSignal(report);
        Runtime.getRuntime().addShutdownHook(signal.hook);
        return signal;
    }

    /** Starts the daemon and does not return while it runs. */
    void onSignal(Start start) throws IOException {
        Daemon daemon = start.start();
        running = daemon;
        settled.countDown();
        try (Heartbeat _ = Heartbeat.start(report, daemon.control())) {
            report.ready("ready");
            // Most of the heap is what the start has left behind; the system gets it back. It takes as long as one collection.
            System.gc();
            never.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void stop() {
        try {
            settled.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        Daemon daemon = running;
        if (daemon != null) {
            report.stopping();
            daemon.close();
            Runtime.getRuntime().halt(0);
        }
    }

    /** Without a daemon there is nothing to stop. */
    @Override
    public void close() {
        settled.countDown();
    }
}
