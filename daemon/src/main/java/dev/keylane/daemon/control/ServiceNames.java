package dev.keylane.daemon.control;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.policy.TsPattern;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Scanner;
import java.util.stream.Stream;

/** Selectors, with ports by the names {@code /etc/services} has for them, as charon shows them: {@code 10.1.0.1/32[tcp/http]}. */
public final class ServiceNames {
    private static final ServiceNames OF_THIS_HOST = read(Path.of("/etc/services"));

    private final Map<String, String> byPort;

    private ServiceNames(Map<String, String> byPort) {
        this.byPort = byPort;
    }

    public static String text(TrafficSelector selector) {
        return OF_THIS_HOST.name(selector);
    }

    /** A dynamic one has that word for its address. */
    public static String text(TsPattern pattern) {
        String text = text(pattern.resolve(IpAddress.ANY_V4));
        if (!pattern.isDynamic()) {
            return text;
        }
        int behindAddress = text.indexOf('[');
        return behindAddress < 0 ? "dynamic" : "dynamic" + text.substring(behindAddress);
    }

    /** A host without the file has no names. */
    public static ServiceNames read(Path services) {
        Map<String, String> byPort = new HashMap<>();
        try (Stream<String> lines = Files.lines(services, StandardCharsets.ISO_8859_1)) {
            lines.forEach(line -> {
                Scanner words = new Scanner(line.replaceFirst("#.*", ""));
                String name = words.hasNext() ? words.next() : "";
                if (words.hasNext()) {
                    byPort.putIfAbsent(words.next(), name);
                }
            });
        } catch (IOException | UncheckedIOException none) {
            return new ServiceNames(Map.of());
        }
        return new ServiceNames(byPort);
    }

    public String name(TrafficSelector selector) {
        String text = selector.toString();
        String protocol = switch (selector.protocol()) {
            case TCP -> "tcp";
            case UDP -> "udp";
            default -> "";
        };
        String port = selector.startPort() + "]";
        if (protocol.isEmpty() || selector.startPort() != selector.endPort() || !text.endsWith("/" + port)) {
            return text;
        }
        String name = byPort.get(selector.startPort() + "/" + protocol);
        return name == null ? text : text.substring(0, text.length() - port.length()) + name + "]";
    }

    private static final int TCP = 6;
    private static final int UDP = 17;
}
