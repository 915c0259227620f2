package dev.keylane.interop.lab;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What one direction lost in one phase, by one kind of socket: a line of {@code end_flows}' table. {@code cpus} are the
 * senders' CPUs with the packets that each lost; {@code between} the milliseconds of the first and the last one, from the
 * beginning of the phase, or of the direction when that is later.
 */
public record PhaseLoss(String from, String socket, String phase, long sent, long lost, String cpus, String between) {
    static PhaseLoss parse(String line) {
        Map<String, String> fields = Arrays.stream(line.split(" ")).map(field -> field.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        return new PhaseLoss(fields.get("from"), fields.get("socket"), fields.get("phase"),
                Long.parseLong(fields.get("sent")), Long.parseLong(fields.get("lost")), fields.get("cpus"),
                fields.get("between"));
    }
}
