package dev.keylane.daemon.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keylane.daemon.control.FakeControl;
import dev.keylane.linux.Fd;
import dev.keylane.linux.Sockets;
import dev.keylane.linux.UnixAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceReportTest {
    private static final long PID = 4711;

    @TempDir
    private Path directory;
    private Fd manager;
    private String name;

    @BeforeEach
    void listen() {
        name = directory.resolve("notify").toString();
        manager = Sockets.socket(Sockets.AF_UNIX, Sockets.SOCK_DGRAM, 0);
        try (Arena arena = Arena.ofConfined()) {
            assertThat(Sockets.bind(manager, UnixAddress.of(name, arena).orElseThrow())).isZero();
        }
    }

    @AfterEach
    void stop() {
        manager.close();
    }

    @Test
    void tellsEachState() {
        try (ServiceReport report = ServiceReport.open(Map.of("NOTIFY_SOCKET", name), PID)) {
            report.ready("two\nlines");
            report.reloading(5_000_999);
            report.stopping();
        }
        assertThat(received()).isEqualTo("READY=1\nSTATUS=two lines");
        assertThat(received()).isEqualTo("RELOADING=1\nMONOTONIC_USEC=5000");
        assertThat(received()).isEqualTo("STOPPING=1\nSTATUS=closing IKE SAs");
        assertThat(received()).isEmpty();
    }

    @Test
    void withoutAManagerNobodyIsTold() {
        try (ServiceReport none = ServiceReport.open(Map.of("WATCHDOG_USEC", "1000"), PID);
             ServiceReport deaf = ServiceReport.open(Map.of("NOTIFY_SOCKET", name + "-not"), PID)) {
            none.ready("ready");
            deaf.ready("ready");
            assertThat(none.watchdog()).isEmpty();
        }
        assertThat(received()).isEmpty();
    }

    @Test
    void theWatchdogIsOursOrNobodys() {
        assertThat(watchdog("30000000", "")).contains(Duration.ofSeconds(30));
        assertThat(watchdog("30000000", "4711")).contains(Duration.ofSeconds(30));
        assertThat(watchdog("30000000", "4712")).isEmpty();
        for (String nonsense : new String[] {"", "0", "-1", "soon", "99999999999999999999"}) {
            assertThat(watchdog(nonsense, "")).as(nonsense).isEmpty();
        }
    }

    private Optional<Duration> watchdog(String micros, String pid) {
        try (ServiceReport report = ServiceReport.open(
                Map.of("NOTIFY_SOCKET", name, "WATCHDOG_USEC", micros, "WATCHDOG_PID", pid), PID)) {
            return report.watchdog();
        }
    }

    @Test
    void theHeartStopsWithTheLoop() {
        FakeControl control = new FakeControl();
        try (ServiceReport report = ServiceReport.open(Map.of("NOTIFY_SOCKET", name, "WATCHDOG_USEC", "20000"), PID);
             Heartbeat _ = Heartbeat.start(report, control)) {
            await().untilAsserted(() -> assertThat(received()).startsWith("WATCHDOG=1\nSTATUS=").contains(" IKE SAs, "));
            control.onStats = () -> CompletableFuture.failedFuture(new IllegalStateException("a pin has gone"));
            await().untilAsserted(() -> assertThat(received()).isEqualTo("WATCHDOG=1\nSTATUS=no numbers: a pin has gone"));
            control.onStats = CompletableFuture::new;
            await().until(() -> received().isEmpty());
            await().during(Duration.ofMillis(100)).until(() -> received().isEmpty());
        }
    }

    private String received() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(256);
            int octets = Sockets.receive(manager, buffer, Sockets.MSG_DONTWAIT);
            return octets < 0 ? "" : new String(buffer.asSlice(0, octets).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
        }
    }
}
