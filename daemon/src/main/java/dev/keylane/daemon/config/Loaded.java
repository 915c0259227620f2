package dev.keylane.daemon.config;

import dev.keylane.ike.policy.PolicyBook;
import java.nio.file.Path;
import java.util.List;

/**
 * A configuration that was read; it may be used only when there are no mistakes.
 *
 * @param book     connections and secrets, without those that have mistakes
 * @param mistakes in the order of the files and of their lines
 * @param files    every file that was opened
 */
public record Loaded(PolicyBook book, DaemonSettings settings, List<ConfigMistake> mistakes, List<ConfigNote> notes,
                     List<Path> files) {
    public Loaded {
        mistakes = List.copyOf(mistakes);
        notes = List.copyOf(notes);
        files = List.copyOf(files);
    }

    public boolean isGood() {
        return mistakes.isEmpty();
    }
}
