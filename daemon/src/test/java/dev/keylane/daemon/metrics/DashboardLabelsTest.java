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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the dashboard's panels and the alerts ask for, and what their texts show, are labels of the metrics they name. */
class DashboardLabelsTest {
    private static final Families FAMILIES = Families.in(FullSample.text("text/plain", false));
    /** A panel has its expression and then its legend, an alert its expression and then what it says. */
    private static final Pattern PANEL = Pattern.compile("\"expr\": \"(.*)\",\n *\"legendFormat\": \"(.*)\"");
    private static final Pattern ALERT = Pattern.compile("expr: (.*)\n((?:(?! *- alert:).*\n?)*)");
    private static final Pattern METRIC = Pattern.compile("\\b((?:keylane|process|jvm)_[a-z_]+)(?:\\{([^}]*)})?");
    private static final Pattern GROUPED = Pattern.compile("\\b(?:by|on) \\(([^)]*)\\)");
    private static final Pattern SELECTED = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)");

    @Test
    void panels() throws IOException {
        String dashboard = Files.readString(Path.of("src/main/monitoring/grafana-dashboard.json"));
        assertThat(check(PANEL, dashboard, "\\{\\{(\\w+)}}")).isEqualTo(dashboard.split("\"expr\":", -1).length - 1)
                .isGreaterThan(30);
    }

    @Test
    void alerts() throws IOException {
        String rules = Files.readString(Path.of("src/main/monitoring/keylane.rules.yml"));
        assertThat(check(ALERT, rules, "\\$labels\\.(\\w+)")).isEqualTo(rules.split("- alert:", -1).length - 1)
                .isGreaterThan(10);
    }

    /** @return how many questions there are */
    private static int check(Pattern question, String text, String shown) {
        List<MatchResult> questions = question.matcher(text).results().toList();
        questions.forEach(found -> check(found.group(1).replace("\\\"", "\""), all(Pattern.compile(shown), found.group(2))));
        return questions.size();
    }

    private static void check(String expression, Set<String> shown) {
        List<MatchResult> metrics = METRIC.matcher(expression).results().toList();
        for (MatchResult metric : metrics) {
            Set<String> selected = metric.group(2) == null ? Set.of() : all(SELECTED, metric.group(2).replaceAll("\"[^\"]*\"", ""));
            assertThat(labels(metric.group(1))).as(expression).containsAll(selected);
        }
        Set<String> grouped = all(GROUPED, expression).stream().flatMap(list -> Stream.of(list.split(", *")))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(metrics).as(expression).allSatisfy(metric -> assertThat(labels(metric.group(1))).containsAll(grouped));
        boolean aggregated = expression.matches(".*\\b(sum|min|max|count)\\b.*");
        Set<String> left = aggregated ? grouped : metrics.isEmpty() ? Set.of("instance", "job") : labels(metrics.getFirst().group(1));
        assertThat(left).as("shown of " + expression).containsAll(shown);
    }

    /** Prometheus adds where it has them from. */
    private static Set<String> labels(String metric) {
        String family = FAMILIES.types().containsKey(metric) ? metric : metric.replaceFirst("_(bucket|sum|count)$", "");
        assertThat(FAMILIES.types()).containsKey(family);
        Set<String> labels = new TreeSet<>(FAMILIES.labels().getOrDefault(family, Set.of()));
        labels.addAll(metric.endsWith("_bucket") ? Set.of("instance", "job", "le") : Set.of("instance", "job"));
        return labels;
    }

    private static Set<String> all(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(found -> found.group(1)).collect(Collectors.toCollection(TreeSet::new));
    }
}
