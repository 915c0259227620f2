package dev.keylane.daemon.service;

import dev.keylane.linux.LinuxException;
import dev.keylane.linux.NotifySocket;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the service manager how the daemon is. From any thread; never waits. */
public final class ServiceReport implements AutoCloseable {
    private final Optional<NotifySocket> manager;
    private final Optional<Duration> watchdog;

    private ServiceReport(Optional<NotifySocket> manager, Optional<Duration> watchdog) {
        this.manager = manager;
        this.watchdog = manager.isPresent() ? watchdog : Optional.empty();
    }

    /**
     * @param environment the process's: {@code NOTIFY_SOCKET}, {@code WATCHDOG_USEC} and {@code WATCHDOG_PID}
     * @param pid         our own
     */
    public static ServiceReport open(Map<String, String> environment, long pid) {
        return new ServiceReport(socket(environment.getOrDefault("NOTIFY_SOCKET", "")), interval(environment, pid));
    }

    private static Optional<NotifySocket> socket(String name) {
        if (name.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(NotifySocket.connect(name));
        } catch (LinuxException refused) {
            LOG.warn("the service manager is told nothing: {}", refused.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<Duration> interval(Map<String, String> environment, long pid) {
        String whose = environment.getOrDefault("WATCHDOG_PID", "");
        String micros = environment.getOrDefault("WATCHDOG_USEC", "");
        if (!micros.matches("[1-9][0-9]{0,17}") || !whose.isEmpty() && !whose.equals(Long.toString(pid))) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofNanos(Math.multiplyExact(Long.parseLong(micros), 1000L)));
    }

    /** How long the manager waits for {@link #alive} before it starts the daemon anew; empty when it does not. */
    public Optional<Duration> watchdog() {
        return watchdog;
    }

    public void ready(String status) {
        send("READY=1\nSTATUS=" + oneLine(status));
    }

    public void alive(String status) {
        send("WATCHDOG=1\nSTATUS=" + oneLine(status));
    }

    /**
     * Followed by {@link #ready} when the configuration is read.
     *
     * @param nanos CLOCK_MONOTONIC, which is what {@code System.nanoTime} reads on Linux
     */
    public void reloading(long nanos) {
        send("RELOADING=1\nMONOTONIC_USEC=" + nanos / 1000);
    }

    public void stopping() {
        send("STOPPING=1\nSTATUS=closing IKE SAs");
    }

    private static String oneLine(String status) {
        return status.replace('\n', ' ');
    }

    private void send(String state) {
        manager.ifPresent(socket -> socket.send(state));
    }

    @Override
    public void close() {
        manager.ifPresent(NotifySocket::close);
    }

    private static final Logger LOG = LoggerFactory.getLogger("DMN");
}
