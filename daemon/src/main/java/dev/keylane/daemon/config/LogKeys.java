package dev.keylane.daemon.config;

import dev.keylane.ike.text.Parsed;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keys of {@code filelog { <file> { } }}, {@code syslog { <facility> { } }} and {@code journal { }} in the daemon's settings. */
final class LogKeys {
    private LogKeys() {
    }

    private static final KeyTable LOG = new KeyTable(KnownKey.Scope.LOG);
    private static final ValueFormat<Integer> LEVEL = new ValueFormat<>("a level from -1 to 4", text ->
            text.matches("-1|[0-4]") ? Parsed.of(Integer.parseInt(text)) : ValueFormat.wrong("a level from -1 to 4", text));

    /** Of groups that are not named. */
    static final KnownKey<Integer> DEFAULT = LOG.used("default", LEVEL, "1");
    /** strongSwan's; keylane has something to say in a few of them. */
    static final Map<String, KnownKey<Integer>> GROUPS = new LinkedHashMap<>();
    private static final List<String> LAYOUT = List.of("path", "append", "flush_line", "ike_name", "log_level", "max_size",
            "time_format", "time_precision", "time_add_ms", "json", "identifier", "map_level");

    static {
        for (String group : List.of("dmn", "mgr", "ike", "chd", "job", "wch", "cfg", "knl", "net", "asn", "enc", "tnc", "imc",
                "imv", "pts", "tls", "app", "esp", "lib")) {
            GROUPS.put(group, LOG.used(group, LEVEL, ""));
        }
        ValueFormat<String> anything = new ValueFormat<>("anything", Parsed::of);
        LAYOUT.forEach(name -> LOG.ignored(name, anything, "", "lines go to standard error, each with the time"));
    }

    static List<KnownKey<?>> log() {
        return LOG.keys();
    }
}
