package dev.keylane.daemon.control;

import java.util.List;

/**
 * What loading or unloading a connection amounts to.
 *
 * @param line    for the log, charon's words
 * @param actions to be carried out in this order, once the new configuration is in force
 */
public record ConfigChange(String line, List<ConfigAction> actions) {
    public ConfigChange {
        actions = List.copyOf(actions);
    }
}
