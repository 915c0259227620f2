package dev.keylane.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.interop.lab.Evidence;
import dev.keylane.interop.lab.InLab;
import dev.keylane.interop.lab.KernelSa;
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
 * One of two daemons with SAs on every CPU forgets everything and comes back. By INITIAL_CONTACT (RFC 7296 §2.4) the
 * other one learns of it: a forgotten SA that is bound to a CPU would keep that CPU's packets for itself.
 */
@InLab
class PeerRestarts_StrongSwanTest {
    private static final Tunnel TUNNEL = new Tunnel("net", Mode.TRANSPORT, Family.IPV4, Suite.AES_GCM, true);
    private static final List<String> RESTARTED = List.of("strongswan", "keylane");

    @TestFactory
    Stream<DynamicTest> everyCpuIsKeyedAnew() {
        Evidence evidence = Scenario.named("peer-restarts").cpus(4).within(Duration.ofSeconds(300))
                .file("left.conf", SwanctlConf.left(TUNNEL).child("per_cpu_sas", "yes").child("start_action", "trap").text())
                .file("right.conf", SwanctlConf.right(TUNNEL).child("per_cpu_sas", "yes").text()).run(SCRIPT);
        return Stream.concat(Stream.of(DynamicTest.dynamicTest("script", evidence::completed)),
                RESTARTED.stream().map(who -> DynamicTest.dynamicTest(who, () -> nothingIsForgottenByOneAlone(evidence, who))));
    }

    private static void nothingIsForgottenByOneAlone(Evidence evidence, String who) {
        List<String> left = spis(evidence, who + ".left");
        assertThat(left).as("SAs of keylane. %s", evidence).hasSizeGreaterThanOrEqualTo(2 * (1 + 4))
                .containsExactlyInAnyOrderElementsOf(spis(evidence, who + ".right"))
                .doesNotContainAnyElementsOf(spis(evidence, who + ".before.left"));
        for (int cpu = 0; cpu < 4; cpu++) {
            assertThat(evidence.text(who + ".ping." + cpu)).as("ping from CPU %d. %s", cpu, evidence)
                    .contains("3 received");
        }
    }

    private static List<String> spis(Evidence evidence, String file) {
        return evidence.states(file).stream().filter(KernelSa::keyed).map(KernelSa::spi).toList();
    }

    private static final String SCRIPT = """
            all_keyed() { wait_until 40 all_cpus_have_sas left 4 10.0.0.1 10.0.0.2; }

            forget() { # NAME HOST: its daemon is killed, and its kernel forgets the SAs as by a reboot
                snapshot $1.before
                stop $2 KILL
                on $2 ip xfrm state flush
                on $2 ip xfrm policy flush
            }

            keyed_anew() { # NAME HOST
                initiate $2 net >$1.initiate 2>&1
                all_keyed
                wait_until 20 settled || true
                snapshot $1
                for cpu in 0 1 2 3; do
                    on left taskset -c $cpu ping -c 3 -i 0.1 -W 2 10.0.0.2 >$1.ping.$cpu || true
                done
            }

            start_charon right /out/right.conf
            start_keylane left /out/left.conf
            sink left 9999
            sink right 9999
            all_keyed

            forget strongswan right
            start_charon right /out/right.conf
            keyed_anew strongswan right

            forget keylane left
            start_keylane left /out/left.conf
            keyed_anew keylane left
            """;
}
