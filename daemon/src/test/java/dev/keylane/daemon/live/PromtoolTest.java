package dev.keylane.daemon.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

    /** As recording rules, with what Grafana puts in place of its variables. */
    @Test
    void panelsAskWhatPrometheusUnderstands() throws Exception {
        StringBuilder rules = new StringBuilder("groups:\n- name: panels\n  rules:\n");
        Matcher panel = Pattern.compile("\"expr\": \"((?:[^\"\\\\]|\\\\.)*)\"")
                .matcher(Files.readString(Path.of("src/main/monitoring/grafana-dashboard.json")));
        int count = 0;
        while (panel.find()) {
            rules.append("  - record: panel:").append(++count).append("\n    expr: '").append(panel.group(1).replace("\\\"", "\"")
                    .replace("$__rate_interval", "5m").replaceAll("\\$\\w+", ".*")).append("'\n");
        }
        Path file = Files.writeString(directory.resolve("panels.yml"), rules);
        Tools.Outcome check = Tools.run("", "promtool", "check", "rules", file.toString());
        assertThat(check.text()).contains("SUCCESS: " + count + " rules found");
        assertThat(check.code()).isZero();
        assertThat(count).isGreaterThan(30);
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
