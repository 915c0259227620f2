package dev.keylane.daemon.config;

import dev.keylane.ike.net.IpAddress;
import java.nio.file.Path;
import java.util.List;

/** Small configurations around one line that a test is about, read as the file {@code t.conf}. */
final class SampleConfig {
    static final Path FILE = Path.of("t.conf");
    /** Knows one name. */
    static final AddressResolver NAMES = name -> name.equals("gw.example.org")
            ? List.of(IpAddress.of("192.0.2.7"), IpAddress.of("2001:db8::7")) : List.of();

    private SampleConfig() {
    }

    /** A connection with {@code line} as its line 3. */
    static String connection(String line) {
        return text(line, "auth = psk", "");
    }

    /** A connection with {@code line} as line 4, in its local section. */
    static String local(String line) {
        return text("", line, "");
    }

    /** A connection with {@code line} as line 7, in its only child. */
    static String child(String line) {
        return text("", "auth = psk", line);
    }

    private static String text(String connection, String local, String child) {
        return """
                connections {
                  c {
                    %s
                    local { %s
                    }
                    remote { auth = psk }
                    children { net { %s
                    } }
                  }
                }
                """.formatted(connection, local, child);
    }

    static Loaded load(String text) {
        return Configuration.of(SettingsReader.parse(text, FILE), NAMES);
    }

    static List<String> mistakes(String text) {
        return load(text).mistakes().stream().map(ConfigMistake::toString).toList();
    }
}
