package dev.keylane.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.interop.lab.Evidence;
import dev.keylane.interop.lab.KernelSa;
import dev.keylane.interop.lab.Scenario;
import dev.keylane.interop.peer.Family;
import dev.keylane.interop.peer.Mode;
import dev.keylane.interop.peer.Suite;
import dev.keylane.interop.peer.SwanctlConf;
import dev.keylane.interop.peer.Tunnel;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Four CPUs, one host with a trap: its first packet keys the fallback SA, one from each CPU that CPU's own pair, and
 * from then on ten packets of a CPU move the counters of its SA at both ends and of no other.
 */
final class PerCpuTraffic {
    static final int CPUS = 4;
    private static final int DATAGRAMS = 10;
    private static final Tunnel TUNNEL = new Tunnel("net", Mode.TRANSPORT, Family.IPV4, Suite.AES_GCM, true);

    private PerCpuTraffic() {}

    /** Starts the two daemons by the given functions of the guest and lets {@code trapping}, left or right, send. */
    static Evidence run(String name, String startLeft, String startRight, String trapping) {
        SwanctlConf left = SwanctlConf.left(TUNNEL).child("per_cpu_sas", "yes");
        SwanctlConf right = SwanctlConf.right(TUNNEL).child("per_cpu_sas", "yes");
        (trapping.equals("left") ? left : right).child("start_action", "trap");
        String own = "left".equals(trapping) ? Family.IPV4.left : Family.IPV4.right;
        String peer = "left".equals(trapping) ? Family.IPV4.right : Family.IPV4.left;
        String other = "left".equals(trapping) ? "right" : "left";
        return Scenario.named(name).cpus(CPUS).within(Duration.ofSeconds(120))
                .file("left.conf", left.text()).file("right.conf", right.text())
                .run("""
                        %1$s left /out/left.conf
                        %2$s right /out/right.conf
                        sink left 9999
                        sink right 9999
                        sleep 0.3
                        capture all
                        wait_until 40 all_cpus_have_sas %3$s %4$d %5$s %6$s
                        send_by_cpu turn %3$s %4$d %6$s
                        on %3$s ping -c 3 -i 0.1 %6$s >ping
                        on %7$s ping -c 3 -i 0.1 %5$s >ping-back
                        end_capture all
                        captured all udp port 9999 or icmp >clear
                        captured all esp >esp
                        on %3$s cat /proc/net/xfrm_stat >errors
                        """.formatted(startLeft, startRight, trapping, CPUS, own, peer, other));
    }

    /** One fallback and a pair a CPU, the same SAs at both ends. */
    static void everyCpuHasItsPair(Evidence evidence, String trapping) {
        List<KernelSa> states = keyed(evidence, "turn.0." + trapping);
        String own = addressOf(trapping);
        assertThat(KernelSa.from(own, states)).as("outbound SAs' CPUs at the host that sends. %s", evidence).extracting(KernelSa::cpu)
                .containsExactlyInAnyOrder(OptionalInt.empty(), OptionalInt.of(0), OptionalInt.of(1), OptionalInt.of(2), OptionalInt.of(3));
        assertThat(states).as("a pair each").hasSize(2 * (1 + CPUS));
        assertThat(keyed(evidence, "turn.0." + otherThan(trapping))).as("the same SAs at the other end").extracting(KernelSa::spi)
                .containsExactlyInAnyOrderElementsOf(states.stream().map(KernelSa::spi).toList());
    }

    static void trafficOfEachCpuMovesItsOwnSa(Evidence evidence, String trapping) {
        for (int cpu = 0; cpu < CPUS; cpu++) {
            for (String host : List.of("left", "right")) {
                KernelSa expected = outboundOf(cpu, keyed(evidence, "turn.0." + trapping), addressOf(trapping));
                Map<String, Long> moved = difference(evidence.states("turn.%d.%s".formatted(cpu, host)), evidence.states("turn.%d.%s".formatted(cpu + 1, host)));
                assertThat(moved).as("packets by SPI that CPU %d's turn moved at %s. %s", cpu, host, evidence).isEqualTo(Map.of(expected.spi(), (long) DATAGRAMS));
            }
        }
    }

    static void nothingWasInClearOrLost(Evidence evidence) {
        assertThat(evidence.number("clear")).as("packets in clear on the wire").isZero();
        assertThat(evidence.number("esp")).as("ESP packets on the wire").isGreaterThanOrEqualTo(CPUS * DATAGRAMS);
        assertThat(evidence.text("ping")).contains("3 received");
        assertThat(evidence.text("ping-back")).contains("3 received");
    }

    private static KernelSa outboundOf(int cpu, List<KernelSa> states, String own) {
        return KernelSa.from(own, states).stream().filter(sa -> sa.cpu().equals(OptionalInt.of(cpu))).findFirst().orElseThrow();
    }

    private static List<KernelSa> keyed(Evidence evidence, String file) {
        return evidence.states(file).stream().filter(KernelSa::keyed).toList();
    }

    private static Map<String, Long> difference(List<KernelSa> before, List<KernelSa> after) {
        Map<String, Long> earlier = KernelSa.packetsBySpi(before);
        Map<String, Long> moved = new HashMap<>();
        KernelSa.packetsBySpi(after).forEach((spi, packets) -> {
            long more = packets - earlier.getOrDefault(spi, 0L);
            if (more != 0) moved.put(spi, more);
        });
        return moved;
    }

    private static String addressOf(String host) {
        return host.equals("left") ? Family.IPV4.left : Family.IPV4.right;
    }

    private static String otherThan(String host) {
        return host.equals("left") ? "right" : "left";
    }
}
