package dev.keylane.daemon.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Files as the operator names them. */
final class ConfigPaths {
    private ConfigPaths() {
    }

    static List<Path> files(List<Path> filesOrDirectories, List<ConfigMistake> mistakes) {
        List<Path> files = new ArrayList<>();
        for (Path path : filesOrDirectories) {
            if (!Files.isDirectory(path)) {
                files.add(path);
                continue;
            }
            if (!Files.isReadable(path) || !Files.isExecutable(path)) {
                mistakes.add(new ConfigMistake(ConfigMistake.Kind.MISSING, new Origin(path.toString(), 0), "directory",
                        "cannot be read"));
                continue;
            }
            List<Path> inside = directory(path);
            files.addAll(inside);
            if (inside.isEmpty()) {
                mistakes.add(new ConfigMistake(ConfigMistake.Kind.MISSING, new Origin(path.toString(), 0), "directory",
                        "neither swanctl.conf nor any other *.conf in it"));
            }
        }
        return files;
    }

    private static List<Path> directory(Path directory) {
        Path swanctl = directory.resolve("swanctl.conf");
        if (Files.isRegularFile(swanctl)) {
            return List.of(swanctl);
        }
        Optional<List<Path>> found = IncludePattern.expand(directory, "*.conf");
        return found.orElse(List.of());
    }

    /** Secrets that every user of the machine can read are not secret. */
    static void warnOfReadableSecrets(Section root, List<ConfigNote> notes) {
        Set<String> sources = new LinkedHashSet<>();
        root.section("secrets").ifPresent(secrets -> secrets.sections().values().forEach(section ->
                section.setting("secret").ifPresent(setting -> sources.add(setting.origin().source()))));
        sources.stream().filter(source -> isReadableByAll(Path.of(source))).forEach(source ->
                notes.add(new ConfigNote(new Origin(source, 0), "secrets",
                        "the file holds secrets and every user may read it, chmod o= would keep them out")));
    }

    private static boolean isReadableByAll(Path file) {
        try {
            return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
        } catch (IOException | UnsupportedOperationException unknown) {
            return false;
        }
    }
}
