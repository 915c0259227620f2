package dev.keylane.cli;

import java.io.IOException;
import java.net.InetSocketAddress;

/** {@code HOST:PORT}, an IPv6 address in brackets. */
final class HostPort {
    private HostPort() {
    }

    static InetSocketAddress parse(String text) throws IOException {
        int colon = text.lastIndexOf(':');
        String host = colon < 1 ? "" : text.substring(0, colon);
        String port = text.substring(colon + 1);
        if (host.isEmpty() || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 0xffff) {
            throw new IOException("--http " + text + " is not HOST:PORT");
        }
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        return new InetSocketAddress(bare, Integer.parseInt(port));
    }
}
