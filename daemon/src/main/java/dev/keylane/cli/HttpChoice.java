package dev.keylane.cli;

import dev.keylane.daemon.config.HostPort;
import dev.keylane.daemon.config.HttpSettings;
import dev.keylane.daemon.http.HttpOptions;
import dev.keylane.ike.text.Parsed;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say where HTTP is served and to whom; each goes before what is configured. */
final class HttpChoice {
    @Option(names = "--http", paramLabel = "HOST:PORT",
            description = "Serve a status page, /metrics, /steering, /healthz and /readyz there.")
    private @Nullable String listen;

    @Option(names = "--http-certificate", paramLabel = "FILE", description = "Certificate for HTTPS with its chain, PEM.")
    private @Nullable Path certificate;

    @Option(names = "--http-key", paramLabel = "FILE", description = "Its key, PEM (PKCS#8).")
    private @Nullable Path key;

    @Option(names = "--http-token", paramLabel = "FILE",
            description = "File with a token that clients have to show, as a bearer token or a password.")
    private @Nullable Path token;

    @Option(names = "--http-open", description = "Serve other hosts without a token.")
    private boolean open;

    /** Empty when it is not wanted. */
    Optional<HttpOptions> with(HttpSettings configured) throws IOException {
        Optional<InetSocketAddress> address = listen == null ? configured.listen() : Optional.of(address(listen));
        Optional<Path> certificateFile = Optional.ofNullable(certificate).or(configured::certificate);
        Optional<Path> keyFile = Optional.ofNullable(key).or(configured::key);
        if (certificateFile.isPresent() != keyFile.isPresent()) {
            throw new IOException("HTTPS needs both a certificate (--http-certificate) and its key (--http-key)");
        }
        Optional<HttpOptions.Tls> tls = certificateFile.map(file -> new HttpOptions.Tls(file, keyFile.orElseThrow()));
        return address.map(at -> new HttpOptions(at, tls, Optional.ofNullable(token).or(configured::token),
                open || configured.open()));
    }

    private static InetSocketAddress address(String text) throws IOException {
        return switch (HostPort.parse(text)) {
            case Parsed.Value<InetSocketAddress>(InetSocketAddress address) -> address;
            case Parsed.Refused<InetSocketAddress> _ -> throw new IOException("--http " + text + " is not HOST:PORT");
        };
    }
}
