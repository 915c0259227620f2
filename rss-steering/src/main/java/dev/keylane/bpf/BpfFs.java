package dev.keylane.bpf;

import dev.keylane.linux.Errno;
import dev.keylane.linux.Mounts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The file system that pins live in. */
public final class BpfFs {
    /** Where it belongs. */
    public static final Path MOUNT_POINT = Path.of("/sys/fs/bpf");

    private BpfFs() {
    }

    /** Why nothing can be pinned below {@code directory}; empty when it can, perhaps since it has been mounted now. */
    public static Optional<String> missing(Path directory) {
        Optional<String> obstacle = obstacle(directory);
        if (obstacle.isPresent() || isBpf(directory)) {
            return obstacle;
        }
        int error = Mounts.mount("bpf", MOUNT_POINT);
        return error < 0
                ? Optional.of(MOUNT_POINT + " is not mounted, and mounting it failed: " + Errno.name(-error))
                : Optional.empty();
    }

    /** The same before anything is mounted: why nothing could be pinned there even then. Changes nothing. */
    public static Optional<String> obstacle(Path directory) {
        if (isBpf(directory)) {
            return Optional.empty();
        }
        if (!directory.startsWith(MOUNT_POINT)) {
            return Optional.of("it is on " + Mounts.typeAt(directory) + ", not on a BPF file system");
        }
        return Files.isDirectory(MOUNT_POINT) ? Optional.empty()
                : Optional.of("there is no " + MOUNT_POINT + ", so this kernel has no BPF file system");
    }

    public static boolean isBpf(Path directory) {
        return Mounts.typeAt(directory).equals("bpf");
    }
}
