package dev.keylane.daemon.updown;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One call of a command.
 *
 * @param ikeSa       to be named in the log
 * @param command     for the shell
 * @param environment all of it
 */
record ScriptRun(long ikeSa, String connection, String child, String command, Map<String, String> environment) {
    ScriptRun {
        environment = new LinkedHashMap<>(environment);
    }

    String verb() {
        return environment.getOrDefault("PLUTO_VERB", "");
    }
}
