package dev.keylane.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.interop.lab.Evidence;
import dev.keylane.interop.lab.InLab;
import dev.keylane.interop.lab.Scenario;
import dev.keylane.interop.peer.Family;
import dev.keylane.interop.peer.Mode;
import dev.keylane.interop.peer.Suite;
import dev.keylane.interop.peer.SwanctlConf;
import dev.keylane.interop.peer.Tunnel;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The peer is not there at first, and is killed without a word later: keylane finds out, frees all it had for it, and
 * once the peer is back traffic flows again, by the trap as by {@code dpd_action = restart}, on every CPU.
 */
@InLab
class DeadPeers_StrongSwanTest {
    private static final Tunnel TUNNEL = new Tunnel("net", Mode.TRANSPORT, Family.IPV4, Suite.AES_GCM, true);
    private static final List<String> WAYS = List.of("trap", "restart");
    /** A peer is given up after 1 s of silence and 1 + 1.5 + 2.2 s of questions. */
    private static final String SETTINGS = """
            charon {
                retransmit_tries = 2
                retransmit_timeout = 1.0
                retransmit_base = 1.5
            }
            """;

    @TestFactory
    Stream<DynamicTest> foundDeadAndFoundAgain() {
        Evidence evidence = Scenario.named("dead-peers").cpus(4).within(Duration.ofSeconds(300))
                .file("trap.conf", SETTINGS + left("trap", "clear"))
                .file("restart.conf", SETTINGS + left("trap|start", "restart"))
                .file("right.conf", SwanctlConf.right(TUNNEL).child("per_cpu_sas", "yes").text()).run(SCRIPT);
        return Stream.concat(Stream.of(DynamicTest.dynamicTest("script", evidence::completed),
                        DynamicTest.dynamicTest("not there at first", () -> assertThat(evidence.text("first.ping"))
                                .as("ping without a peer at first. %s", evidence).contains("3 received"))),
                WAYS.stream().map(way -> DynamicTest.dynamicTest(way, () -> comesBack(evidence, way))));
    }

    private static void comesBack(Evidence evidence, String way) {
        assertThat(evidence.states(way + ".alive.left")).as("SAs before. %s", evidence).hasSizeGreaterThanOrEqualTo(10);
        assertThat(evidence.states(way + ".dead.left")).as("SAs with a dead peer. %s", evidence).isEmpty();
        assertThat(evidence.text(way + ".policies").strip()).as("trap policies with a dead peer").isNotEqualTo("0");
        for (int cpu = 0; cpu < 4; cpu++) {
            assertThat(evidence.text(way + ".ping." + cpu)).as("ping from CPU %d. %s", cpu, evidence)
                    .contains("3 received");
        }
    }

    private static String left(String start, String dpd) {
        return SwanctlConf.left(TUNNEL).connection("dpd_delay", "1s").child("per_cpu_sas", "yes")
                .child("start_action", start).child("dpd_action", dpd).text();
    }

    private static final String SCRIPT = """
            all_keyed() { wait_until 60 all_cpus_have_sas left 4 10.0.0.1 10.0.0.2; }
            fallback() { [ "$(count_states left 'pcpu=-.* bits=[1-9]')" -ge 2 ]; }
            freed() { [ "$(count_states left)" = 0 ]; }

            dies_and_returns() { # NAME
                snapshot $1.alive
                stop right KILL
                on right ip xfrm state flush
                on right ip xfrm policy flush
                wait_until 30 freed
                snapshot $1.dead
                policies left >$1.policies
                start_charon right /out/right.conf
                if [ $1 = restart ]; then wait_until 40 fallback; fi
                all_keyed
                sleep 1
                for cpu in 0 1 2 3; do
                    on left taskset -c $cpu ping -c 3 -i 0.1 -W 2 10.0.0.2 >$1.ping.$cpu || true
                done
            }

            sink left 9999
            sink right 9999

            say not there at first
            start_keylane left /out/restart.conf
            sleep 10
            start_charon right /out/right.conf
            wait_until 60 fallback
            all_keyed
            sleep 1
            on left ping -c 3 -i 0.1 -W 2 10.0.0.2 >first.ping || true

            say restart
            dies_and_returns restart

            say trap
            load left /out/trap.conf >/dev/null 2>&1
            terminate left net >/dev/null 2>&1 || true
            all_keyed
            dies_and_returns trap
            """;
}
