package dev.keylane.daemon.metrics;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The metrics in a text for Prometheus.
 *
 * @param labels of all samples, in their order
 */
record Families(Map<String, String> types, Map<String, Set<String>> labels) {
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"(?:[^\"\\\\]|\\\\.)*\"");

    static Families in(String text) {
        Map<String, String> types = new LinkedHashMap<>();
        Map<String, Set<String>> labels = new LinkedHashMap<>();
        for (String line : text.split("\n")) {
            if (line.startsWith("# TYPE ")) {
                String[] words = line.split(" ");
                if (types.put(words[2], words[3]) != null) {
                    throw new IllegalStateException(words[2] + " is there twice");
                }
            } else if (!line.startsWith("#")) {
                String name = line.split("[{ ]")[0];
                String family = types.containsKey(name) ? name : name.replaceFirst("_(bucket|sum|count)$", "");
                if (!types.containsKey(family)) {
                    throw new IllegalStateException("a sample of no family: " + line);
                }
                Set<String> own = labels.computeIfAbsent(family, _ -> new LinkedHashSet<>());
                Matcher label = LABEL.matcher(line);
                while (label.find()) {
                    own.add(label.group(1));
                }
                own.remove("le");
            }
        }
        return new Families(types, labels);
    }

    /** Whether a rule or a dashboard may use this name. */
    boolean have(String name) {
        String histogram = name.replaceFirst("_(bucket|sum|count)$", "");
        return types.containsKey(name) || !histogram.equals(name) && "histogram".equals(types.get(histogram));
    }

    /** A line of the document's table. */
    String row(String name) {
        return "| `" + name + "` | " + types.get(name) + " | " + String.join(", ", labels.getOrDefault(name, Set.of())) + " |";
    }
}
