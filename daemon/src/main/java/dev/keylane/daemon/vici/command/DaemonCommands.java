package dev.keylane.daemon.vici.command;

import dev.keylane.daemon.control.Control;
import dev.keylane.daemon.control.DaemonStats;
import dev.keylane.daemon.vici.ViciMessage;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** version, stats and reload-settings. */
final class DaemonCommands {
    private final Control control;
    private final String version;
    private final InstantSource clock;

    DaemonCommands(Control control, String version, InstantSource clock) {
        this.control = control;
        this.version = version;
        this.clock = clock;
    }

    Map<String, Command> commands() {
        return Map.of(
                "version", (_, _) -> new Answer.Plain(version()).now(),
                "stats", (_, _) -> control.stats().thenApply(stats -> new Answer.Plain(message(stats))),
                "reload-settings", (_, _) -> control.reloadSettings().thenApply(Answer::of));
    }

    private ViciMessage version() {
        String arch = System.getProperty("os.arch");
        return ViciMessage.builder()
                .set("daemon", "keylane").set("version", version)
                .set("sysname", System.getProperty("os.name")).set("release", System.getProperty("os.version"))
                .set("machine", arch.equals("amd64") ? "x86_64" : arch).build();
    }

    private ViciMessage message(DaemonStats stats) {
        return ViciMessage.builder()
                .section("uptime", ViciMessage.builder()
                        .set("running", inWords(Duration.between(stats.since(), clock.instant())))
                        .set("since", DATE.format(stats.since().atZone(ZoneId.systemDefault()))).build())
                .section("workers", ViciMessage.builder().set("total", stats.threads()).set("idle", 0)
                        .section("active", priorities(stats.threads())).build())
                .section("queues", priorities(0))
                .set("scheduled", stats.scheduled())
                .section("ikesas", ViciMessage.builder()
                        .set("total", stats.ikeSas()).set("half-open", stats.strangers().halfOpen()).build())
                .list("plugins", List.of("vici", "kernel-" + stats.kernel()))
                .section("mallinfo", memory()).build();
    }

    /** Event loops all have the same priority, and none is ever idle in charon's sense. */
    private static ViciMessage priorities(int medium) {
        return ViciMessage.builder().set("critical", 0).set("high", 0).set("medium", medium).set("low", 0).build();
    }

    /** The Java heap and what lies beside it, where charon counts the C heap and mapped blocks. */
    private static ViciMessage memory() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        long committed = memory.getHeapMemoryUsage().getCommitted();
        long used = memory.getHeapMemoryUsage().getUsed();
        return ViciMessage.builder().set("sbrk", committed).set("mmap", memory.getNonHeapMemoryUsage().getCommitted())
                .set("used", used).set("free", committed - used).build();
    }

    private static String inWords(Duration uptime) {
        long seconds = uptime.toSeconds();
        if (seconds < 2 * 60) {
            return seconds + " seconds";
        }
        if (seconds < 2 * 3_600) {
            return seconds / 60 + " minutes";
        }
        return seconds < 2 * 86_400 ? seconds / 3_600 + " hours" : seconds / 86_400 + " days";
    }

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("MMM dd HH:mm:ss yyyy", Locale.ROOT);
}
