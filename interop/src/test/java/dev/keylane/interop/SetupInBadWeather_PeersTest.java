package dev.keylane.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.interop.lab.Evidence;
import dev.keylane.interop.lab.InLab;
import dev.keylane.interop.lab.KernelSa;
import dev.keylane.interop.lab.Scenario;
import dev.keylane.interop.peer.Family;
import dev.keylane.interop.peer.IpsecConf;
import dev.keylane.interop.peer.Mode;
import dev.keylane.interop.peer.Suite;
import dev.keylane.interop.peer.SwanctlConf;
import dev.keylane.interop.peer.Tunnel;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every fifth packet is lost and many overtake others: SAs come up all the same, the same ones at both ends. */
@InLab
class SetupInBadWeather_PeersTest {
    private static final Tunnel TUNNEL = new Tunnel("net", Mode.TUNNEL, Family.IPV4, Suite.AES_GCM, true);
    private static final String WEATHER = "loss 20% delay 10ms reorder 25%";
    private static final List<String> ROUNDS = List.of("left", "right", "left", "right");

    @Test
    void withStrongSwan() {
        judge(run("weather-strongswan", SwanctlConf.right(TUNNEL).text(), "start_charon right /out/right.conf"));
    }

    @Test
    void withLibreswan() {
        judge(run("weather-libreswan", IpsecConf.right(TUNNEL),
                "start_pluto right /out/right.conf /out/right.secrets"));
    }

    @Test
    void withKeylane() {
        judge(run("weather-keylane", SwanctlConf.right(TUNNEL).text(), "start_keylane right /out/right.conf"));
    }

    private static Evidence run(String name, String right, String startRight) {
        StringBuilder rounds = new StringBuilder();
        for (int round = 0; round < ROUNDS.size(); round++) {
            rounds.append("set_up_in round.%d %s %s %s%n".formatted(round, ROUNDS.get(round), TUNNEL.pingTarget(),
                    WEATHER));
        }
        return Scenario.named(name).within(Duration.ofSeconds(300)).file("left.conf", SwanctlConf.left(TUNNEL).text())
                .file("right.conf", right).file("right.secrets", IpsecConf.secrets())
                .run("charon_settings='retransmit_tries = 6'%ninitiate_timeout=40%n%s%nstart_keylane left /out/left.conf%n%s"
                        .formatted(startRight, rounds));
    }

    private static void judge(Evidence evidence) {
        evidence.completed();
        for (int round = 0; round < ROUNDS.size(); round++) {
            String file = "round." + round;
            System.out.printf("weather: %s %s, initiated by %s: %d tries%n", evidence.directory().getFileName(), file,
                    ROUNDS.get(round), evidence.number(file + ".tries"));
            assertThat(evidence.text(file + ".weather")).as("the wire. %s", evidence).contains("loss 20%");
            assertThat(evidence.text(file + ".ping")).as("%s. %s", file, evidence).contains("5 received");
            assertThat(spis(evidence, file + ".left")).as("SAs at both ends, %s. %s", file, evidence).isNotEmpty()
                    .containsExactlyInAnyOrderElementsOf(spis(evidence, file + ".right"));
            assertThat(evidence.text(file + ".ike").strip()).as("IKE SAs at the two ends, %s. %s", file, evidence)
                    .isIn("1 1", "2 2");
            assertThat(evidence.number(file + ".remaining")).as("SAs left over, %s. %s", file, evidence).isZero();
        }
    }

    private static List<String> spis(Evidence evidence, String file) {
        return evidence.states(file).stream().filter(KernelSa::keyed).map(KernelSa::spi).toList();
    }
}
