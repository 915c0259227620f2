package dev.keylane.steering.rss;

import dev.keylane.ethtool.DriverInfo;
import dev.keylane.ethtool.ReceiveHash;
import dev.keylane.steering.queue.KernelRelease;
import java.nio.file.Path;
import java.util.Optional;

/** What drivers do with ESP although ethtool does not tell it, from their source. */
record DriverHabits(DriverInfo info) {
    private static final String MLX5 = "mlx5_core";

    /** Whether addresses and SPI are hashed, whatever ETHTOOL_GRXFH says about ESP. */
    boolean hashesSpi() {
        return info.driver().equals(MLX5);
    }

    /** Why the hash is not the plain one over source, destination and SPI; empty when it is. */
    Optional<String> changes(ReceiveHash hash, String device, Path root) {
        if (hash.transform() != 0) {
            return Optional.of(device + " hashes symmetrically (" + names(hash.transform()) + "), and where the SPI stands"
                    + " then is not documented: ethtool -X " + device + " xfrm none switches it off");
        }
        if (info.driver().equals(MLX5) && KernelRelease.read(root).filter(it -> it.isAtLeast(6, 15)).isEmpty()) {
            return Optional.of(device + " hashes symmetrically, as " + MLX5 + " always did before Linux 6.15");
        }
        return Optional.empty();
    }

    private static String names(int transform) {
        return switch (transform) {
            case ReceiveHash.SYMMETRIC_XOR -> "symmetric-xor";
            case ReceiveHash.SYMMETRIC_OR_XOR -> "symmetric-or-xor";
            default -> "transformation " + transform;
        };
    }
}
