package dev.keylane.interop.lab;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What one end of {@code interop/lab/load.py} counted, in packets: {@code again} those that came a second time,
 * {@code late} those that came after a later one.
 */
public record LoadCount(long sent, long refused, long received, long again, long late, double seconds) {
    /** Reads the last line it printed; all zero when it printed none. */
    static LoadCount parse(String text) {
        Map<String, String> fields = text.lines().filter(line -> line.startsWith("sent=")).findFirst().stream()
                .flatMap(line -> Arrays.stream(line.split(" "))).map(field -> field.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        return new LoadCount(number(fields, "sent"), number(fields, "refused"), number(fields, "received"),
                number(fields, "again"), number(fields, "late"), Double.parseDouble(fields.getOrDefault("seconds", "0")));
    }

    private static long number(Map<String, String> fields, String name) {
        return Long.parseLong(fields.getOrDefault(name, "0"));
    }
}
