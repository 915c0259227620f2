package dev.keylane.steering.queue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Small files of the kernel, below a root; what cannot be read is not there. */
record SystemFiles(Path root) {
    /** What a file says, without the line end; empty for none and for one without words. */
    Optional<String> text(String file) {
        try {
            return Optional.of(Files.readString(root.resolve(file)).strip()).filter(text -> !text.isEmpty());
        } catch (IOException | IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    boolean isThere(String file) {
        return isName(file) && Files.exists(root.resolve(file));
    }

    List<String> names(String directory) {
        if (!isName(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(root.resolve(directory))) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    /** The last part of what a link points to. */
    Optional<String> target(String link) {
        try {
            return Optional.ofNullable(Files.readSymbolicLink(root.resolve(link)).getFileName()).map(Path::toString);
        } catch (IOException | IllegalArgumentException | UnsupportedOperationException noLink) {
            return Optional.empty();
        }
    }

    private static boolean isName(String file) {
        return file.indexOf('\0') < 0;
    }
}
