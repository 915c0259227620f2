package dev.keylane.daemon.config;

import dev.keylane.ike.text.Parsed;
import java.net.InetSocketAddress;

/** {@code HOST:PORT}, an IPv6 address in brackets. */
public final class HostPort {
    private HostPort() {
    }

    public static Parsed<InetSocketAddress> parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 1 ? "" : text.substring(0, colon);
        String port = text.substring(colon + 1);
        if (host.isEmpty() || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 0xffff) {
            return Parsed.refused(ValueFormat.quoted(text) + " is not HOST:PORT");
        }
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        return Parsed.of(new InetSocketAddress(bare, Integer.parseInt(port)));
    }
}
