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
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** RFC 9611 §3: a peer that does not answer SA_RESOURCE_INFO gets one ordinary SA, which every CPU uses. */
@InLab
class PeerWithoutPerCpuSas_LibreswanTest {
    private static final Tunnel TUNNEL = new Tunnel("net", Mode.TRANSPORT, Family.IPV4, Suite.AES_GCM, true);

    @Test
    void keylaneTrapsAndAsks() {
        judge(run("percpu-libreswan-keylane-initiates", SwanctlConf.left(TUNNEL).child("start_action", "trap"), ""));
    }

    @Test
    void libreswanAsks() {
        judge(run("percpu-libreswan-keylane-responds", SwanctlConf.left(TUNNEL), "initiate right net\n"));
    }

    private static Evidence run(String name, SwanctlConf left, String before) {
        return Scenario.named(name).cpus(4).within(Duration.ofSeconds(180))
                .file("left.conf", left.child("per_cpu_sas", "yes").text())
                .file("right.conf", IpsecConf.right(TUNNEL)).file("right.secrets", IpsecConf.secrets())
                .run("""
                        start_pluto right /out/right.conf /out/right.secrets
                        start_keylane left /out/left.conf
                        sink right 9999
                        """ + before + """
                        knock left 4 10.0.0.2
                        one_pair() { [ "$(states left | grep -vc 'algorithm=- ')" = 2 ]; }
                        wait_until 20 one_pair
                        for i in 1 2 3; do knock left 4 10.0.0.2; sleep 0.5; done
                        for cpu in 0 1 2 3; do
                            on left taskset -c $cpu ping -c 2 -i 0.1 -W 2 10.0.0.2 >ping.$cpu || true
                        done
                        snapshot after
                        """);
    }

    private static void judge(Evidence evidence) {
        evidence.completed();
        for (String host : List.of("left", "right")) {
            List<KernelSa> states = evidence.states("after." + host);
            assertThat(states).as("SAs of %s. %s", host, evidence).hasSize(2).allSatisfy(sa -> {
                assertThat(sa.cpu()).as("CPU").isEqualTo(OptionalInt.empty());
                assertThat(sa.packets()).as("packets").isGreaterThanOrEqualTo(8);
            });
        }
        for (int cpu = 0; cpu < 4; cpu++) {
            assertThat(evidence.text("ping." + cpu)).as("ping from CPU %d", cpu).contains("2 received");
        }
        assertThat(evidence.log("left")).as("keylane's log").doesNotContainPattern("\\b(WARN|ERROR)\\b");
        assertThat(evidence.states("after.left")).extracting(KernelSa::keyed).containsOnly(true);
    }
}
