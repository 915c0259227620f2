package dev.keylane.interop.vici;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which commands each client was seen to ask here: by swanctl's option, by python-vici's method, by the exporter's request. */
public final class Clients {
    public static final List<String> COLUMNS = List.of("swanctl 6.1", "swanctl 5.9", "python-vici", "exporter");
    /** Options of swanctl whose command is called otherwise, or that lead to several. */
    private static final Map<String, String> OPTIONS = Map.ofEntries(
            Map.entry("version", "--version --daemon"), Map.entry("list-policies", "--list-pols"),
            Map.entry("get-pools", "--list-pools"), Map.entry("get-algorithms", "--list-algs"),
            Map.entry("get-counters", "--counters"), Map.entry("reset-counters", "--counters --reset"),
            Map.entry("load-conn", "--load-(?:conns|all)"), Map.entry("get-conns", "--load-(?:conns|all)"),
            Map.entry("unload-conn", "--load-conns --file /dev/null"), Map.entry("load-shared", "--load-(?:creds|all)"),
            Map.entry("get-shared", "--load-(?:creds|all)"), Map.entry("get-keys", "--load-(?:creds|all)"),
            Map.entry("get-authorities", "--load-(?:authorities|all)"));
    private final Map<String, String> asked = new LinkedHashMap<>();

    /**
     * @param runs     lines of swanctl 6.1's arguments, whose output was compared
     * @param swanctl  the script of swanctl 5.9
     * @param python   the program on python-vici
     * @param exporter the program that asks as the exporter does
     */
    public Clients(String runs, String swanctl, String python, String exporter) {
        asked.put("swanctl 6.1", runs);
        asked.put("swanctl 5.9", swanctl);
        asked.put("python-vici", python);
        asked.put("exporter", exporter);
    }

    /** A cell for each column: {@code same} where output was compared with charon's, {@code works}, or nothing. */
    public String cells(String command) {
        String option = "(?s).*[ \n;]" + OPTIONS.getOrDefault(command, "--" + command) + "\\b.*";
        String method = "(?s).*\\bdaemon\\." + command.replace('-', '_') + "[(,].*";
        return Stream.of(asked.get("swanctl 6.1").matches(option) ? "same" : "",
                asked.get("swanctl 5.9").matches(option) ? "works" : "",
                asked.get("python-vici").matches(method) ? "works" : "",
                asked.get("exporter").contains("ask(path, \"" + command + "\"") ? "works" : "").collect(Collectors.joining(" | "));
    }
}
