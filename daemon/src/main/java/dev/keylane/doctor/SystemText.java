package dev.keylane.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The kernel's small files, and others, below a root; what cannot be read is not there.
 *
 * @param root {@code /} but in tests
 */
public record SystemText(Path root) {
    /** Without the line end; empty for none and for one without words. */
    Optional<String> text(String file) {
        try (InputStream in = Files.newInputStream(root.resolve(file))) {
            // A sysctl is at its end for the second read, however short the first was.
            byte[] first = new byte[FIRST_READ];
            int length = Math.max(0, in.read(first));
            byte[] more = length < FIRST_READ ? new byte[0] : in.readNBytes(MOST);
            String text = new String(first, 0, length, StandardCharsets.UTF_8) + new String(more, StandardCharsets.UTF_8);
            return Optional.of(text.strip()).filter(words -> !words.isEmpty());
        } catch (IOException | InvalidPathException unreadable) {
            return Optional.empty();
        }
    }

    List<String> lines(String file) {
        return text(file).map(text -> text.lines().toList()).orElse(List.of());
    }

    boolean exists(String file) {
        return Files.exists(root.resolve(file));
    }

    /** Of the entries of a directory, in order. */
    List<String> names(String directory) {
        try (Stream<Path> entries = Files.list(root.resolve(directory))) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (IOException | UncheckedIOException | InvalidPathException unreadable) {
            return List.of();
        }
    }

    /** What a link points to, as it is written. */
    Optional<String> target(String link) {
        try {
            return Optional.of(Files.readSymbolicLink(root.resolve(link)).toString());
        } catch (IOException | InvalidPathException | UnsupportedOperationException noLink) {
            return Optional.empty();
        }
    }

    private static final int FIRST_READ = 1 << 16;
    private static final int MOST = 1 << 24;
}
