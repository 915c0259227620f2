package dev.keylane.interop.vici;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A difference that is meant.
 *
 * @param steps of these alone: {@code TITLE} as the walk has it
 * @param lines in these lines alone, each {@code KIND LINE}
 * @param note  what differs, for the table
 */
public record Tolerance(Pattern steps, Pattern lines, String note) {
    public static Tolerance of(String steps, String lines, String note) {
        return new Tolerance(Pattern.compile(steps), Pattern.compile(lines), note);
    }

    boolean concerns(Transcript.Step step) {
        return steps.matcher(step.title()).find();
    }

    /** The same without what may differ; a block that is left without a line goes, too, when its kind is tolerated. */
    List<Transcript.Block> without(List<Transcript.Block> blocks) {
        return blocks.stream().filter(block -> !lines.matcher(block.kind()).matches())
                .map(block -> new Transcript.Block(block.kind(), block.lines().stream()
                        .filter(line -> !lines.matcher(block.kind() + " " + line).matches()).toList())).toList();
    }
}
