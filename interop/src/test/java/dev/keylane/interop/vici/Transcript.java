package dev.keylane.interop.vici;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What one daemon answered to each step of the walk, with everything that differs from run to run made equal. */
public record Transcript(List<Step> steps) {
    /**
     * @param title  what the step is about, and the command
     * @param blocks events in no order, then the reply
     */
    public record Step(String title, String command, List<Block> blocks) {
    }

    /**
     * @param kind  {@code event NAME}, {@code reply} or {@code unknown command}
     * @param lines {@code path = value}
     */
    public record Block(String kind, List<String> lines) {
        String text() {
            return kind + "\n" + String.join("\n", lines);
        }
    }

    /** Of the file {@code .replies}. */
    public static Transcript ofReplies(String text) {
        List<Step> steps = new ArrayList<>();
        for (String step : text.split("(?m)^# ")) {
            int end = step.indexOf('\n');
            String title = end < 0 ? step : step.substring(0, end);
            if (!title.startsWith("register ")) {
                List<Block> blocks = blocks(step.substring(end + 1));
                steps.add(new Step(title, title.substring(title.lastIndexOf(' ') + 1), sorted(blocks)));
            }
        }
        return new Transcript(steps);
    }

    /** Of the file {@code .events}: one step for each event, in their order. */
    public static Transcript ofEvents(String text) {
        return new Transcript(blocks(text).stream()
                .map(block -> new Step(block.kind() + " " + what(block), block.kind(), List.of(block))).toList());
    }

    private static String what(Block event) {
        return event.lines().isEmpty() ? "" : event.lines().getFirst();
    }

    private static List<Block> blocks(String text) {
        List<Block> blocks = new ArrayList<>();
        for (String line : text.lines().toList()) {
            if (line.startsWith("  ")) {
                blocks.getLast().lines().add(normal(line.substring(2)));
            } else {
                blocks.add(new Block(line, new ArrayList<>()));
            }
        }
        return blocks;
    }

    /** Daemons list in orders of their own; the reply comes last anyway. */
    private static List<Block> sorted(List<Block> blocks) {
        List<Block> sorted = new ArrayList<>(blocks.subList(0, Math.max(0, blocks.size() - 1)));
        sorted.sort(java.util.Comparator.comparing(Block::text));
        if (!blocks.isEmpty()) {
            sorted.add(blocks.getLast());
        }
        return sorted;
    }

    private static String normal(String line) {
        if (line.startsWith("keys = [") || line.startsWith("conns = [")) {
            int open = line.indexOf('[') + 1;
            return line.substring(0, open) + Arrays.stream(line.substring(open, line.length() - 1).split(" ")).sorted()
                    .collect(Collectors.joining(" ")) + "]";
        }
        return VOLATILE.matcher(line).replaceFirst("$1 = ...");
    }

    private static final Pattern VOLATILE = Pattern.compile("^((?:.*/)?(?:reqid|spi-in|spi-out|initiator-spi|responder-spi|established|"
            + "rekey-time|life-time|install-time|use-in|use-out|running|since|release|mallinfo/.*|scheduled)) = .*");
}
