package dev.keylane.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.interop.lab.Evidence;
import dev.keylane.interop.lab.InLab;
import dev.keylane.interop.lab.KernelSa;
import dev.keylane.interop.lab.Scenario;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The configurations in {@code interop/docker} where the kernel has ESP, which the machines that run its containers may not have:
 * the same addresses and routes, one peer after the other.
 */
@InLab
class DockerFiles_PeersTest {
    @Test
    void keyTheKernelsEsp() {
        Evidence evidence = Scenario.named("docker-files").within(Duration.ofSeconds(180)).run("""
            docker=/host/interop/docker
            ip -n left addr add 172.30.77.2/24 dev eth0
            ip -n right neigh replace 172.30.77.2 lladdr 02:00:00:00:00:01 dev eth0 nud permanent
            ip -n right addr add 10.3.0.1/32 dev lo
            for n in 3 4; do
              ip -n right addr add 172.30.77.$n/24 dev eth0
              ip -n left neigh replace 172.30.77.$n lladdr 02:00:00:00:00:02 dev eth0 nud permanent
              ip -n left route replace 10.$((n - 1)).0.0/24 via 172.30.77.$n src 10.1.0.1
            done
            pings() { # PEER ADDRESS
              initiate left net >$1.initiate 2>&1
              on left ping -c 5 -i 0.1 -W 2 -I 10.1.0.1 $2 >$1.there
              on right ping -c 5 -i 0.1 -W 2 -I $2 10.1.0.1 >$1.back
              states left >$1.states
            }
            start_keylane left $docker/keylane/swanctl.conf
            start_charon right $docker/strongswan/peer.conf
            ip -n right route replace 10.1.0.0/24 via 172.30.77.2 src 10.2.0.1
            pings strongswan 10.2.0.1
            terminate left docker >/dev/null
            stop right; rm -f /run/right.vici
            start_pluto right $docker/libreswan/ipsec.conf $docker/libreswan/ipsec.secrets
            load right $docker/libreswan/ipsec.conf
            load left $docker/keylane/libreswan.conf >/dev/null
            ip -n right route replace 10.1.0.0/24 via 172.30.77.2 src 10.3.0.1
            pings libreswan 10.3.0.1
            """).completed();
        for (String peer : List.of("strongswan", "libreswan")) {
            assertThat(evidence.text(peer + ".there")).contains("5 received");
            assertThat(evidence.text(peer + ".back")).contains("5 received");
            assertThat(evidence.states(peer + ".states")).as("SAs with %s. %s", peer, evidence).hasSize(2)
                    .extracting(KernelSa::packets).containsOnly(10L);
        }
    }
}
