package dev.keylane.cli;

import dev.keylane.daemon.config.MigrationReport;
import dev.keylane.daemon.config.MigrationReport.Addition;
import dev.keylane.daemon.config.MigrationReport.Entry;
import dev.keylane.daemon.config.MigrationReport.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A migration report as lines for a terminal, and as a tree for JSON. */
final class MigrationText {
    private MigrationText() {
    }

    /** What needs a decision first. */
    static List<String> lines(MigrationReport report) {
        List<String> lines = new ArrayList<>();
        section(lines, "refused", report.of(Verdict.REFUSED), Integer.MAX_VALUE);
        section(lines, "ignored", report.of(Verdict.IGNORED), MOST_ALIKE);
        List<Entry> used = report.of(Verdict.USED);
        lines.add("used: " + CheckCommand.counted(used.size(), "setting", "settings"));
        String keys = used.stream().map(Entry::key).distinct().sorted().collect(Collectors.joining(", "));
        lines.addAll(wrapped(keys));
        if (!report.warnings().isEmpty()) {
            lines.add("warnings: " + report.warnings().size());
            report.warnings().forEach(note -> lines.add("  " + note));
        }
        lines.add("worth adding: " + CheckCommand.counted(report.additions().size(), "line", "lines"));
        for (Addition addition : report.additions()) {
            lines.add("  " + addition.origin() + ": " + addition.place() + ": " + addition.line());
            lines.add("      " + addition.why());
        }
        int refused = report.of(Verdict.REFUSED).size();
        lines.add(refused == 0 ? report.warnings().isEmpty() ? "ok: keylane takes these files as they are"
                : "ok: keylane takes these files as they are, see the warnings"
                : "not yet: " + CheckCommand.counted(refused, "setting", "settings") + " must change first");
        report.found().ifPresent(file -> lines.add("read with them: " + file + "; name it to keylane run as well: --config " + file));
        return lines;
    }

    /** @param most of those that say the same; sixty plugins need not be listed */
    private static void section(List<String> lines, String title, List<Entry> entries, int most) {
        lines.add(title + ": " + CheckCommand.counted(entries.size(), "setting", "settings"));
        Map<String, List<Entry>> alike = entries.stream()
                .collect(Collectors.groupingBy(Entry::text, LinkedHashMap::new, Collectors.toList()));
        alike.values().forEach(group -> {
            group.stream().limit(most).forEach(entry -> {
                lines.add("  " + entry.origin() + ": " + entry.key() + ": " + entry.text());
                if (!entry.advice().isEmpty()) {
                    lines.add("      " + entry.advice());
                }
            });
            if (group.size() > most) {
                lines.add("      and " + (group.size() - most) + " more like it");
            }
        });
    }

    private static List<String> wrapped(String text) {
        List<String> lines = new ArrayList<>();
        String rest = text;
        while (rest.length() > WIDTH) {
            int end = rest.lastIndexOf(' ', WIDTH);
            end = end < 0 ? WIDTH : end;
            lines.add("  " + rest.substring(0, end).stripTrailing());
            rest = rest.substring(end).stripLeading();
        }
        if (!rest.isEmpty()) {
            lines.add("  " + rest);
        }
        return lines;
    }

    static Map<String, Object> tree(MigrationReport report) {
        Map<String, Object> tree = new LinkedHashMap<>();
        report.found().ifPresent(file -> tree.put("found", file.toString()));
        for (Verdict verdict : Verdict.values()) {
            tree.put(verdict.name().toLowerCase(Locale.ROOT), report.of(verdict).stream().map(MigrationText::tree).toList());
        }
        tree.put("warnings", report.warnings().stream().map(CheckJson::note).toList());
        tree.put("additions", report.additions().stream().map(addition -> Map.of("file", addition.origin().source(),
                "line", addition.origin().line(), "section", addition.place(), "add", addition.line(),
                "why", addition.why())).toList());
        return tree;
    }

    private static Map<String, Object> tree(Entry entry) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("file", entry.origin().source());
        tree.put("line", entry.origin().line());
        tree.put("section", entry.place());
        tree.put("key", entry.key());
        if (entry.verdict() != Verdict.USED) {
            tree.put("text", entry.text());
            tree.put("advice", entry.advice());
        }
        return tree;
    }

    private static final int WIDTH = 116;
    private static final int MOST_ALIKE = 2;
}
