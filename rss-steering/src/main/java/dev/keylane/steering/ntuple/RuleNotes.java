package dev.keylane.steering.ntuple;

import dev.keylane.ike.net.IpAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A file that tells which rules of a device are ours, a line each: {@code 192.0.2.1 0x00001001}. Lines that are nothing of
 * the kind are passed over: they can only make us leave a rule alone.
 */
final class RuleNotes {
    private final Path file;
    private final Set<Note> notes = new LinkedHashSet<>();

    /** What a rule matches. */
    record Note(IpAddress destination, int spi) {
        private static Optional<Note> parse(String line) {
            String[] words = line.strip().split(" ");
            if (words.length != 2 || !words[1].matches("0x[0-9a-f]{8}")) {
                return Optional.empty();
            }
            int spi = Integer.parseUnsignedInt(words[1].substring(2), 16);
            return IpAddress.parse(words[0]).map(address -> new Note(address, spi));
        }

        @Override
        public String toString() {
            return String.format("%s 0x%08x", destination, spi);
        }
    }

    private RuleNotes(Path file) {
        this.file = file;
    }

    /** Those that were taken down before, none without a file. */
    static RuleNotes in(Path file) {
        RuleNotes notes = new RuleNotes(file);
        try {
            Files.readAllLines(file).forEach(line -> Note.parse(line).ifPresent(notes.notes::add));
        } catch (IOException unreadable) {
            // Nothing was noted, or nobody may read it: no rule is known as ours then.
        }
        return notes;
    }

    boolean has(Note note) {
        return notes.contains(note);
    }

    boolean isEmpty() {
        return notes.isEmpty();
    }

    /** What could not be written; empty when it stands in the file. */
    Optional<String> add(Note note) {
        return notes.add(note) ? write() : Optional.empty();
    }

    Optional<String> remove(Note note) {
        return notes.remove(note) ? write() : Optional.empty();
    }

    /** All but these are forgotten. */
    Optional<String> keep(Set<Note> these) {
        return notes.retainAll(these) ? write() : Optional.empty();
    }

    private Optional<String> write() {
        try {
            if (notes.isEmpty()) {
                Files.deleteIfExists(file);
                return Optional.empty();
            }
            Files.createDirectories(file.getParent());
            Path next = file.resolveSibling(file.getFileName() + ".new");
            List<String> lines = notes.stream().map(Note::toString).toList();
            Files.write(next, lines, StandardCharsets.UTF_8);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return Optional.empty();
        } catch (IOException failed) {
            return Optional.of(failed.toString());
        }
    }
}
