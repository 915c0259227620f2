package dev.keylane.daemon.config;

import dev.keylane.linux.Readers;
import java.nio.file.Files;
import java.nio.file.Path;
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

    /** Secrets that other users of the machine can read are not secret. */
    static void warnOfReadableSecrets(Section root, List<ConfigNote> notes) {
        Set<String> sources = new LinkedHashSet<>();
        root.section("secrets").ifPresent(secrets -> secrets.sections().values().forEach(section ->
                section.setting("secret").ifPresent(setting -> sources.add(setting.origin().source()))));
        for (String source : sources) {
            switch (Readers.of(Path.of(source))) {
                case NOBODY -> { }
                case GROUP -> notes.add(readable(source, "its group"));
                case EVERYBODY -> notes.add(readable(source, "every user"));
            }
        }
    }

    private static ConfigNote readable(String source, String whom) {
        return new ConfigNote(new Origin(source, 0), "secrets",
                "the file holds secrets and " + whom + " may read it, chmod go= would keep them out");
    }

    /**
     * strongswan.conf where strongSwan has it, {@code /etc/strongswan.conf} beside {@code /etc/swanctl/swanctl.conf}, or in
     * the directory of the file itself; empty when there is none, or when it is one of {@code files}.
     */
    static Optional<Path> strongswanConf(List<Path> files) {
        Set<Path> places = new LinkedHashSet<>();
        for (Path file : files) {
            Path directory = (Files.isDirectory(file) ? file : file.toAbsolutePath().getParent()).toAbsolutePath().normalize();
            places.add(directory.resolve("strongswan.conf"));
            if (directory.endsWith("swanctl")) {
                places.add(directory.resolveSibling("strongswan.conf"));
            }
        }
        return places.stream().filter(Files::isRegularFile).findFirst()
                .filter(found -> files.stream().noneMatch(file -> file.toAbsolutePath().normalize().equals(found)));
    }
}
