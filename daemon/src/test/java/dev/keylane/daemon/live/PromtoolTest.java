package dev.keylane.daemon.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus' own checker says of our metrics and alerts. */
@Timeout(120)
class PromtoolTest {
    @TempDir
    static Path directory;

    @BeforeAll
    static void tools() throws Exception {
        Tools.needed();
    }

    @Test
    void metricsOfARunningPairHaveNothingToCriticise() throws Exception {
        try (LivePair pair = new LivePair(directory, "")) {
            pair.cover();
            Tools.Outcome own = Tools.run(pair.get("/metrics", "text/plain").body(), "promtool", "check", "metrics");
            assertThat(own).isEqualTo(new Tools.Outcome(0, ""));
            // The exporter's names are not ours to choose; that they parse is.
            Tools.Outcome both = Tools.run(pair.get("/metrics?compat=strongswan", "text/plain").body(), "promtool", "check",
                    "metrics");
            assertThat(both.text().lines()).allMatch(line -> line.startsWith("strongswan_"));
        }
    }

    @Test
    void alertsAreWellFormedAndFire() throws Exception {
        Path rules = Files.copy(Path.of("src/main/monitoring/keylane.rules.yml"), directory.resolve("keylane.rules.yml"));
        Path tests = Files.copy(Path.of("src/test/monitoring/rules.test.yml"), directory.resolve("rules.test.yml"));
        Tools.Outcome check = Tools.run("", "promtool", "check", "rules", rules.toString());
        assertThat(check.text()).contains("SUCCESS");
        assertThat(check.code()).isZero();
        Tools.Outcome test = Tools.run("", "promtool", "test", "rules", tests.toString());
        assertThat(test.text()).contains("SUCCESS");
        assertThat(test.code()).isZero();
    }
}
