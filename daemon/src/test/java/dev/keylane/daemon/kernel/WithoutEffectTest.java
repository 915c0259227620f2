package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.config.Configuration;
import dev.keylane.daemon.config.SettingsReader;
import dev.keylane.ike.policy.PolicyBook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WithoutEffectTest {
    private final List<String> lines = new ArrayList<>();
    private final WithoutEffect without = new WithoutEffect(lines::add);
    @TempDir
    private Path directory;

    @Test
    void eachIsSaidOnceForAsLongAsItHolds() throws IOException {
        PolicyBook encap = book("steering = auto", "per_cpu_sas = encap");
        without.use(encap);
        without.use(encap);
        assertThat(lines).containsExactly(
                "gw.net: per_cpu_sas = encap: the software kernel sends from one port for all CPUs",
                "gw: steering has no effect: the software kernel takes all packets from the socket of IKE");
        PolicyBook plain = book("steering = none", "per_cpu_sas = yes");
        without.use(plain);
        assertThat(lines).hasSize(2);
        without.use(encap);
        assertThat(lines).hasSize(4);
    }

    private PolicyBook book(String connection, String child) throws IOException {
        Path file = Files.writeString(directory.resolve("t.conf"), """
                connections { gw {
                    remote_addrs = 192.0.2.1
                    %s
                    local { auth = psk
                    }
                    remote { auth = psk
                    }
                    children { net { %s
                        start_action = trap
                    } }
                } }
                """.formatted(connection, child));
        var loaded = Configuration.of(SettingsReader.read(List.of(file)), _ -> List.of());
        assertThat(loaded.mistakes()).isEmpty();
        return loaded.book();
    }
}
