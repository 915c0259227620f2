package dev.keylane.daemon.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What is logged, and how.
 *
 * @param levels   of groups by their names in capitals, -1 for nothing, 1 as usual, 2 and more for details; groups that are
 *                 missing log as usual
 * @param json     each line as a JSON object
 * @param keyTable where the keys of IKE SAs are written to, empty for nowhere
 */
public record LogSettings(Map<String, Integer> levels, boolean json, Optional<Path> keyTable) {
    public static final LogSettings DEFAULT = new LogSettings(Map.of(), false, Optional.empty());

    public LogSettings {
        levels = Map.copyOf(levels);
    }
}
