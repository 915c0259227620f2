package dev.keylane.daemon.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What is configured of HTTP.
 *
 * @param listen      empty for nowhere
 * @param certificate PEM file, with its key in {@code key}
 * @param token       file with what clients have to show
 * @param open        whether to serve others than this machine without a token
 */
public record HttpSettings(Optional<InetSocketAddress> listen, Optional<Path> certificate, Optional<Path> key,
                           Optional<Path> token, boolean open) {
    public static final HttpSettings NONE =
            new HttpSettings(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false);
}
