package dev.keylane.daemon.config;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Shell patterns of {@code include}: {@code * ? [...]} in any part of the path; hidden files only when asked for. */
final class IncludePattern {
    private IncludePattern() {
    }

    /**
     * The files that {@code pattern} names, sorted; the path itself when it has no wildcard, whether it exists or not.
     * Empty when it cannot be a path.
     */
    static Optional<List<Path>> expand(Path directory, String pattern) {
        try {
            List<Path> found = List.of(pattern.startsWith("/") ? Path.of("/") : directory);
            for (String part : pattern.split("/")) {
                found = part.isEmpty() ? found : step(found, part);
            }
            boolean wild = hasWildcard(pattern);
            return Optional.of(found.stream().map(Path::normalize)
                    .filter(file -> !wild || Files.isRegularFile(file)).toList());
        } catch (IllegalArgumentException badPattern) { // an InvalidPathException or a PatternSyntaxException
            return Optional.empty();
        }
    }

    private static List<Path> step(List<Path> directories, String part) {
        if (!hasWildcard(part)) {
            String name = part.replaceAll("\\\\(.)", "$1");
            return directories.stream().map(directory -> directory.resolve(name)).toList();
        }
        List<Path> found = new ArrayList<>();
        for (Path directory : directories) {
            PathMatcher matcher = directory.getFileSystem().getPathMatcher("glob:" + escaped(part));
            entries(directory).stream().map(Path::getFileName)
                    .filter(name -> part.startsWith(".") || !name.toString().startsWith("."))
                    .filter(matcher::matches).sorted().map(directory::resolve).limit(MAX_MATCHES - found.size())
                    .forEach(found::add);
        }
        return found;
    }

    private static List<Path> entries(Path directory) {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        } catch (IOException | DirectoryIteratorException unreadable) {
            // as for the shell: what cannot be listed does not match
        }
        return entries;
    }

    /** A backslash takes a wildcard its meaning. */
    private static boolean hasWildcard(String text) {
        return text.replaceAll("\\\\.", "").chars().anyMatch(c -> c == '*' || c == '?' || c == '[');
    }

    /** Braces are special to Java's globs but not to ours; the shell and glob(3) have a second sign for "not". */
    private static String escaped(String part) {
        return part.replace("{", "\\{").replace("}", "\\}").replace("[^", "[!");
    }

    private static final int MAX_MATCHES = 1001;
}
