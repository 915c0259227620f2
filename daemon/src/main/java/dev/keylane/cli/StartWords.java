package dev.keylane.cli;

import dev.keylane.daemon.config.Loaded;
import dev.keylane.daemon.logging.LogOutput;
import java.io.PrintWriter;
import org.slf4j.event.Level;

/**
 * What {@code keylane run} says besides the log, whatever the log's levels: what is to be known of its configuration, what is
 * wrong with it, and why it ends. JSON objects where the log's lines are, so that whoever collects them need read nothing else.
 */
final class StartWords {
    private final PrintWriter err;
    private final boolean json;

    StartWords(PrintWriter err, boolean json) {
        this.err = err;
        this.json = json;
    }

    void configuration(Loaded loaded) {
        loaded.notes().forEach(note -> line(Level.WARN, "CFG", note.toString(), "warning: "));
        loaded.mistakes().forEach(mistake -> line(Level.ERROR, "CFG", mistake.toString(), ""));
        err.flush();
    }

    void end(String reason) {
        line(Level.ERROR, "DMN", reason, "keylane: ");
        err.flush();
    }

    private void line(Level level, String group, String text, String plainPrefix) {
        err.println(json ? LogOutput.json(level, group, text) : plainPrefix + text);
    }
}
