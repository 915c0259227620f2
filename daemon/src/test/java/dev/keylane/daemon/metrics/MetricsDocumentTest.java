package dev.keylane.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** docs/metrics.md, the alerts and the dashboard name what there is. */
class MetricsDocumentTest {
    private static final Families FAMILIES = Families.in(FullSample.text("text/plain", true));

    @Test
    void theDocumentHasEachMetricWithItsTypeAndLabels() throws IOException {
        List<String> rows = Files.readAllLines(Path.of("../docs/metrics.md")).stream()
                .filter(line -> line.matches("\\| `[a-z_]+` \\|.*")).toList();
        assertThat(rows).allSatisfy(row -> assertThat(row).matches("(\\|[^|]*){4}\\|"));
        Set<String> documented = rows.stream().map(row -> row.substring(0, row.lastIndexOf('|', row.length() - 2) + 1))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> actual = FAMILIES.types().keySet().stream().map(FAMILIES::row).collect(Collectors.toCollection(TreeSet::new));
        assertThat(documented).isEqualTo(actual);
    }

    @ParameterizedTest
    @ValueSource(strings = {"src/main/monitoring/keylane.rules.yml", "src/main/monitoring/grafana-dashboard.json",
            "src/test/monitoring/rules.test.yml"})
    void alertsAndDashboardUseNamesThatExist(String file) throws IOException {
        Set<String> used = Pattern.compile("\\b(?:keylane|process|jvm)_[a-z_]+\\b").matcher(Files.readString(Path.of(file))).results()
                .map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
        assertThat(used).hasSizeGreaterThan(5).allSatisfy(name -> assertThat(FAMILIES.have(name)).as(name).isTrue());
    }

    @Test
    void namesAndUnitsAreAsPrometheusWantsThem() {
        FAMILIES.types().forEach((name, type) -> {
            if (!name.startsWith("strongswan_")) {
                assertThat(name.endsWith("_total")).as(name).isEqualTo(type.equals("counter"));
                assertThat(name).as("moments instead of times since").doesNotContain("_ago", "uptime", "_since_");
            }
        });
    }

    @Test
    void openMetricsSaysTheSame() {
        String text = FullSample.text("application/openmetrics-text", false);
        assertThat(text).endsWith("# EOF\n").contains("# TYPE keylane_sa_sent_bytes counter\nkeylane_sa_sent_bytes_total{");
        Set<String> names = Pattern.compile("(?m)^# TYPE (\\S+) (\\S+)$").matcher(text).results()
                .map(found -> found.group(1) + (found.group(2).equals("counter") ? "_total" : ""))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> others = Families.in(FullSample.text("text/plain", false)).types().keySet();
        assertThat(names.stream().map(name -> name.replaceFirst("^keylane$", "keylane_info")).collect(Collectors.toSet()))
                .isEqualTo(others);
    }

    @Test
    void labelsCannotBreakOut() {
        assertThat(Labels.of("connection", "a\"b\\c\nd", "child", "é")).isEqualTo("{connection=\"a\\\"b\\\\c\\nd\",child=\"é\"}");
        assertThat(Labels.with("", "le", "+Inf")).isEqualTo("{le=\"+Inf\"}");
        assertThat(Labels.with("{a=\"b\"}", "le", "1.0")).isEqualTo("{a=\"b\",le=\"1.0\"}");
    }
}
