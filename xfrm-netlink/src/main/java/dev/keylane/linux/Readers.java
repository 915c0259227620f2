package dev.keylane.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** Who may read a file besides its owner, by its mode. */
public enum Readers {
    NOBODY, GROUP, EVERYBODY;

    /** {@link #NOBODY} when the file does not tell. */
    public static Readers of(Path file) {
        Set<PosixFilePermission> permissions;
        try {
            permissions = Files.getPosixFilePermissions(file);
        } catch (IOException | UnsupportedOperationException unknown) {
            return NOBODY;
        }
        if (permissions.contains(PosixFilePermission.OTHERS_READ)) {
            return EVERYBODY;
        }
        return permissions.contains(PosixFilePermission.GROUP_READ) ? GROUP : NOBODY;
    }
}
