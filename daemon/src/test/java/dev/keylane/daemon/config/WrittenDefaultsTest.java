package dev.keylane.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that write out what strongSwan does anyway, as distributions' comments invite to, have to load. */
class WrittenDefaultsTest {
    private static final Path DEFAULTS = Path.of("src/test/resources/dev/keylane/daemon/config/defaults.conf");

    @TempDir
    private Path dir;

    @Test
    void areTakenAsTheyAre() {
        Loaded loaded = Configuration.load(List.of(DEFAULTS));
        assertThat(loaded.mistakes()).isEmpty();
        assertThat(loaded.settings()).isEqualTo(DaemonSettings.DEFAULT);
        assertThat(loaded.notes()).isNotEmpty();
    }

    @Test
    void butNoRoutesAreInstalled() throws IOException {
        Path file = dir.resolve("strongswan.conf");
        Files.writeString(file, Files.readString(DEFAULTS) + "charon.install_routes = yes\n");
        assertThat(Configuration.load(List.of(file)).mistakes()).extracting(ConfigMistake::text)
                .containsExactly("\"yes\" is not supported by keylane, only no");
    }

    @Test
    void asDebianHasThem() throws IOException {
        Files.createDirectories(dir.resolve("strongswan.d/charon"));
        Files.writeString(dir.resolve("strongswan.conf"), """
                charon {
                    load_modular = yes
                    plugins {
                        include strongswan.d/charon/*.conf
                    }
                }
                include strongswan.d/*.conf
                """);
        for (String plugin : List.of("aes", "bypass-lan", "kernel-netlink", "vici", "updown", "eap-radius")) {
            Files.writeString(dir.resolve("strongswan.d/charon/" + plugin + ".conf"),
                    plugin + " {\n    load = yes\n    # socket = unix:///elsewhere\n}\n");
        }
        Files.writeString(dir.resolve("strongswan.d/charon-logging.conf"),
                "charon {\n    filelog {\n    }\n    syslog {\n        # identifier =\n        daemon {\n        }\n    }\n}\n");
        Files.writeString(dir.resolve("strongswan.d/charon-systemd.conf"),
                "charon-systemd {\n    journal {\n        # default = 1\n    }\n}\n");
        Files.writeString(dir.resolve("strongswan.d/starter.conf"), "starter {\n    # load_warning = yes\n}\n");
        Loaded loaded = Configuration.load(List.of(dir.resolve("strongswan.conf")));
        assertThat(loaded.mistakes()).isEmpty();
        assertThat(loaded.notes()).extracting(ConfigNote::text).containsExactlyInAnyOrder(
                "ignored: there are no plugins",
                "ignored: there are no plugins: what one did is done by keylane itself, or not at all", "ignored: nothing here corresponds to it",
                "ignored: the control socket is always there");
    }
}
