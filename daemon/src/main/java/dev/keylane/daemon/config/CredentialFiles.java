package dev.keylane.daemon.config;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Certificates and keys in the directories where swanctl looks for them, which no line of a configuration has to name. */
final class CredentialFiles {
    private static final List<String> DIRECTORIES = List.of("x509", "x509ca", "x509ocsp", "x509aa", "x509ac", "x509crl", "pubkey",
            "private", "rsa", "ecdsa", "pkcs8", "pkcs12");

    private CredentialFiles() {
    }

    /** One note for each such directory that is not empty, beside the files or in the directories. */
    static List<ConfigNote> beside(List<Path> filesOrDirectories) {
        Set<Path> homes = new LinkedHashSet<>();
        for (Path path : filesOrDirectories) {
            homes.add(Files.isDirectory(path) ? path : path.resolveSibling(""));
        }
        List<ConfigNote> notes = new ArrayList<>();
        for (Path home : homes) {
            for (String name : DIRECTORIES) {
                List<String> files = files(home.resolve(name));
                if (!files.isEmpty()) {
                    notes.add(new ConfigNote(new Origin(home.resolve(name).toString(), 0), files.getFirst(), text(files.size())));
                }
            }
        }
        return notes;
    }

    private static String text(int files) {
        return (files == 1 ? "" : "and " + (files - 1) + " more: ") + "not used, keylane has no certificates and keys; swanctl"
                + " --load-all and --load-creds print an error for each file";
    }

    /** Their names in order; of a directory that cannot be read, none. */
    private static List<String> files(Path directory) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> inside = Files.newDirectoryStream(directory, Files::isRegularFile)) {
            inside.forEach(file -> names.add(file.getFileName().toString()));
        } catch (IOException absent) {
            return List.of();
        }
        names.sort(null);
        return names;
    }
}
