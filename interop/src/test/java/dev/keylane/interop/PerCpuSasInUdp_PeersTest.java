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
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** {@code per_cpu_sas = encap}: each CPU's SA leaves from a UDP port of its own, and its successor from the same. */
@InLab
class PerCpuSasInUdp_PeersTest {
    private static final int CPUS = 4;
    private static final Tunnel TUNNEL = new Tunnel("net", Mode.TRANSPORT, Family.IPV4, Suite.AES_GCM, true);
    private static final int IKE_PORT = 4500;

    @Test
    void withStrongSwan() {
        judge(run("percpu-encap-strongswan", "start_charon"));
    }

    @Test
    void withKeylane() {
        Evidence evidence = run("percpu-encap-keylane", "start_keylane");
        judge(evidence);
        assertThat(ports(evidence, "ports-back").values()).as("right's ports. %s", evidence).doesNotHaveDuplicates();
    }

    private static Evidence run(String name, String startRight) {
        return Scenario.named(name).cpus(CPUS).within(Duration.ofSeconds(240))
                .file("left.conf", conf(SwanctlConf.left(TUNNEL)).child("start_action", "trap")
                        .child("rekey_time", "1h").child("life_time", "2h").child("rand_time", "0s").text())
                .file("right.conf", conf(SwanctlConf.right(TUNNEL)).text())
                .run("""
                        %1$s right /out/right.conf
                        start_keylane left /out/left.conf
                        sink left 9999
                        sink right 9999
                        wait_until 40 all_cpus_have_sas left %2$d 10.0.0.1 10.0.0.2
                        wait_until 20 settled
                        encapsulated left >sas
                        encapsulated right >sas-back
                        capture first
                        knock left %2$d 10.0.0.2
                        knock right %2$d 10.0.0.1
                        end_capture first
                        source_ports first 10.0.0.1 >ports
                        source_ports first 10.0.0.2 >ports-back
                        replaced() { encapsulated left >sas-rekeyed; [ "$(grep -c dir=out sas-rekeyed)" = %3$d ] &&
                            ! grep -qFf <(grep -o ' spi=[^ ]*' sas) sas-rekeyed; }
                        rekey left child
                        wait_until 20 replaced
                        capture second
                        knock left %2$d 10.0.0.2
                        end_capture second
                        source_ports second 10.0.0.1 >ports-rekeyed
                        on left ping -c 3 -i 0.1 10.0.0.2 >ping
                        on right ping -c 3 -i 0.1 10.0.0.1 >ping-back
                        """.formatted(startRight, CPUS, CPUS + 1));
    }

    private static SwanctlConf conf(SwanctlConf conf) {
        return conf.connection("encap", "yes").child("per_cpu_sas", "encap");
    }

    private static void judge(Evidence evidence) {
        evidence.completed();
        Map<String, Integer> byCpu = outbound(evidence, "sas");
        assertThat(byCpu).as("ports by CPU. %s", evidence).hasSize(1 + CPUS).containsEntry("-", IKE_PORT);
        assertThat(byCpu.values()).doesNotHaveDuplicates();
        assertThat(byCpu.entrySet()).filteredOn(port -> !port.getKey().equals("-"))
                .allSatisfy(port -> assertThat(port.getValue()).isBetween(49_152, 65_535));
        assertThat(outbound(evidence, "sas-rekeyed")).as("after rekeying. %s", evidence).isEqualTo(byCpu);
        TreeSet<Integer> own = new TreeSet<>(byCpu.values());
        own.remove(IKE_PORT);
        assertThat(ports(evidence, "ports").values()).as("on the wire. %s", evidence).containsAll(own);
        assertThat(ports(evidence, "ports-rekeyed").values()).containsAll(own);
        assertThat(ports(evidence, "ports").keySet()).doesNotContainAnyElementsOf(
                ports(evidence, "ports-rekeyed").keySet());
        assertThat(evidence.text("sas").lines().filter(line -> line.contains("dir=in")))
                .as("inbound SAs take any port. %s", evidence).hasSize(1 + CPUS).allMatch(line -> line.contains("sport=0 "));
        assertThat(evidence.text("ping")).contains("3 received");
        assertThat(evidence.text("ping-back")).contains("3 received");
    }

    /** Source ports of left's outbound SAs by CPU, {@code -} for none. */
    private static Map<String, Integer> outbound(Evidence evidence, String file) {
        Map<String, Integer> ports = new TreeMap<>();
        evidence.text(file).lines().filter(line -> line.contains("dir=out")).forEach(line ->
                ports.put(value(line, "pcpu"), Integer.parseInt(value(line, "sport"))));
        return ports;
    }

    private static String value(String line, String key) {
        return line.replaceFirst(".* " + key + "=", "").replaceFirst(" .*", "");
    }

    /** Source ports by SPI, as captured. */
    private static Map<String, Integer> ports(Evidence evidence, String file) {
        Map<String, Integer> ports = new TreeMap<>();
        evidence.text(file).lines().map(line -> line.split(" "))
                .forEach(words -> ports.put(words[0], Integer.parseInt(words[1])));
        return ports;
    }
}
