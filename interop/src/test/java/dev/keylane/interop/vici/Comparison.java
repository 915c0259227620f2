package dev.keylane.interop.vici;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Two transcripts side by side: what differs although nothing was said of it, and what is tolerated, by command. */
public final class Comparison {
    private final List<Tolerance> tolerances;
    private final Map<String, Set<String>> notes = new LinkedHashMap<>();
    private final List<String> faults = new ArrayList<>();
    private final Set<Tolerance> used = new LinkedHashSet<>();

    public Comparison(List<Tolerance> tolerances) {
        this.tolerances = tolerances;
    }

    /** Steps must be the same ones, in the same order. */
    public Comparison of(Transcript theirs, Transcript ours) {
        List<String> titles = theirs.steps().stream().map(Transcript.Step::title).toList();
        if (!titles.equals(ours.steps().stream().map(Transcript.Step::title).toList())) {
            faults.add("other steps:\n" + String.join("\n", titles) + "\nand\n"
                    + ours.steps().stream().map(Transcript.Step::title).collect(Collectors.joining("\n")));
            return this;
        }
        for (int i = 0; i < titles.size(); i++) {
            compare(theirs.steps().get(i), ours.steps().get(i));
        }
        return this;
    }

    private void compare(Transcript.Step theirs, Transcript.Step ours) {
        Set<String> found = notes.computeIfAbsent(theirs.command(), _ -> new LinkedHashSet<>());
        List<Transcript.Block> left = theirs.blocks();
        List<Transcript.Block> right = ours.blocks();
        for (Tolerance tolerance : tolerances) {
            if (left.equals(right)) {
                return;
            }
            if (tolerance.concerns(theirs)) {
                List<Transcript.Block> before = left;
                List<Transcript.Block> beforeOurs = right;
                left = tolerance.without(left);
                right = tolerance.without(right);
                if (!left.equals(before) || !right.equals(beforeOurs)) {
                    found.add(tolerance.note());
                    used.add(tolerance);
                }
            }
        }
        if (!left.equals(right)) {
            faults.add(theirs.title() + "\n--- charon\n" + text(left) + "\n--- keylane\n" + text(right));
        }
    }

    private static String text(List<Transcript.Block> blocks) {
        return blocks.stream().map(Transcript.Block::text).collect(Collectors.joining("\n"));
    }

    public List<String> faults() {
        return faults;
    }

    /** What was tolerated and never needed: it would hide something one day. */
    public List<String> needless() {
        return tolerances.stream().filter(tolerance -> !used.contains(tolerance)).map(Tolerance::toString).toList();
    }

    /** {@code same}, or what differs. */
    public Map<String, String> verdicts() {
        Map<String, String> verdicts = new LinkedHashMap<>();
        notes.forEach((command, found) -> verdicts.put(command, found.isEmpty() ? "same" : String.join("; ", found)));
        return verdicts;
    }
}
