package dev.keylane.daemon.config;

import dev.keylane.daemon.config.KnownKey.Scope;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads levels of log groups out of {@code filelog}, {@code syslog} and charon-systemd's {@code journal}. There is one log here,
 * so of several sections the one that wants most of a group decides.
 */
final class LogSettingsReader {
    private final List<ConfigMistake> mistakes;
    private final Map<String, Section.Builder> logs = new LinkedHashMap<>();

    LogSettingsReader(List<ConfigMistake> mistakes) {
        this.mistakes = mistakes;
    }

    /** The section of a log that a key stands in, such as {@code filelog.stderr}; empty when it stands in none. */
    static Optional<String> section(String key) {
        if (key.startsWith(JOURNAL) && key.indexOf('.', JOURNAL.length()) < 0) {
            return Optional.of("journal");
        }
        int dot = key.lastIndexOf('.');
        boolean inside = (key.startsWith("filelog.") || key.startsWith("syslog.")) && dot > key.indexOf('.');
        return inside ? Optional.of(key.substring(0, dot)) : Optional.empty();
    }

    /** Takes them out of the daemon's settings; the rest is the answer. */
    Section without(Section settings) {
        Section.Builder rest = Section.named(settings.name(), settings.origin());
        settings.settings().forEach((key, value) -> section(key).ifPresentOrElse(
                log -> logs.computeIfAbsent(log, name -> Section.named(name, value.origin()))
                        .set(key.substring(log.length() + 1), value),
                () -> rest.set(key, value)));
        return rest.build();
    }

    /** By the groups' names in capitals. */
    Map<String, Integer> read() {
        Map<String, Integer> levels = new HashMap<>();
        logs.values().forEach(log -> {
            KeyReader keys = KeyReader.of(log.build(), Scope.LOG, mistakes);
            int standard = keys.get(LogKeys.DEFAULT);
            LogKeys.GROUPS.forEach((group, key) -> levels.merge(group.toUpperCase(Locale.ROOT),
                    keys.find(key).orElse(standard), Math::max));
        });
        return levels;
    }

    private static final String JOURNAL = "journal.";
}
