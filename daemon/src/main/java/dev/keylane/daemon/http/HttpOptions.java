package dev.keylane.daemon.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where and for whom HTTP is served.
 *
 * @param tls   empty for plain HTTP
 * @param token a file with what clients have to show, empty for none
 * @param open  whether it may be listened on other addresses than loopback without a token
 */
public record HttpOptions(InetSocketAddress address, Optional<Tls> tls, Optional<Path> token, boolean open) {
    /**
     * PEM files.
     *
     * @param certificate with its chain
     * @param key         PKCS#8, not encrypted
     */
    public record Tls(Path certificate, Path key) {
    }

    /** For this machine alone. */
    public static HttpOptions at(InetSocketAddress address) {
        return new HttpOptions(address, Optional.empty(), Optional.empty(), false);
    }

    boolean isLocal() {
        return address.getAddress() != null && address.getAddress().isLoopbackAddress();
    }

    /** @throws IOException when others could look without having to show anything */
    void refuseToBeOpen() throws IOException {
        if (address.isUnresolved()) {
            throw new IOException("cannot serve HTTP on " + StatusServer.text(address) + ": no such host");
        }
        if (!isLocal() && token.isEmpty() && !open) {
            throw new IOException("will not serve HTTP on " + StatusServer.text(address) + ", which is not a loopback address, "
                    + "to whoever asks: give a token (--http-token FILE), or say --http-open");
        }
    }
}
