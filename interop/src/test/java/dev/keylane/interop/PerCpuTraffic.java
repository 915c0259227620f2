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
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * Four CPUs, one host with a trap: its first packet keys the fallback SA, one from each CPU that CPU's own pair, and
 * from then on ten packets of a CPU move the counters of its SA at both ends and of no other.
 */
final class PerCpuTraffic {
    private static final int CPUS = 4;
    private static final int DATAGRAMS = 10;
    private static final Tunnel TUNNEL = new Tunnel("net", Mode.TRANSPORT, Family.IPV4, Suite.AES_GCM, true);

    private final Evidence evidence;
    private final String sender;

    private PerCpuTraffic(Evidence evidence, String sender) {
        this.evidence = evidence;
        this.sender = sender;
    }

    /** Starts the two daemons by the given functions of the guest; {@code sender}, left or right, has the trap. */
    static PerCpuTraffic run(String name, String startLeft, String startRight, String sender) {
        SwanctlConf left = SwanctlConf.left(TUNNEL).child("per_cpu_sas", "yes");
        SwanctlConf right = SwanctlConf.right(TUNNEL).child("per_cpu_sas", "yes");
        (sender.equals("left") ? left : right).child("start_action", "trap");
        String receiver = otherThan(sender);
        String own = addressOf(sender);
        String peer = addressOf(receiver);
        Evidence evidence = Scenario.named(name).cpus(CPUS).within(Duration.ofSeconds(240))
                .file("left.conf", left.text()).file("right.conf", right.text())
                .run("""
                        %1$s left /out/left.conf
                        %2$s right /out/right.conf
                        sink left 9999
                        sink right 9999
                        sleep 0.3
                        capture all
                        wait_until 40 all_cpus_have_sas %3$s %4$d %5$s %6$s
                        wait_until 20 settled
                        send_by_cpu turn %3$s %4$d %6$s
                        on %3$s ping -c 3 -i 0.1 %6$s >ping
                        on %7$s ping -c 3 -i 0.1 %5$s >ping-back
                        end_capture all
                        captured all udp port 9999 or icmp >clear
                        captured all esp >esp
                        """.formatted(startLeft, startRight, sender, CPUS, own, peer, receiver));
        return new PerCpuTraffic(evidence, sender);
    }

    Stream<DynamicTest> judged() {
        return Stream.of(
                DynamicTest.dynamicTest("the script comes to its end", evidence::completed),
                DynamicTest.dynamicTest("every CPU has its pair beside the fallback", this::everyCpuHasItsPair),
                DynamicTest.dynamicTest("a CPU's packets move its own SA and no other", this::packetsMoveTheirOwnSa),
                DynamicTest.dynamicTest("nothing crosses in clear, pings come back", this::nothingIsClearOrLost));
    }

    private void everyCpuHasItsPair() {
        List<KernelSa> states = keyed("turn.0." + sender);
        Stream<OptionalInt> everyCpu = IntStream.range(0, CPUS).mapToObj(OptionalInt::of);
        List<OptionalInt> fallbackAndCpus = Stream.concat(Stream.of(OptionalInt.empty()), everyCpu).toList();
        assertThat(KernelSa.from(addressOf(sender), states)).as("CPUs of the sender's outbound SAs. %s", evidence)
                .extracting(KernelSa::cpu).containsExactlyInAnyOrderElementsOf(fallbackAndCpus);
        assertThat(states).as("a pair each").hasSize(2 * (1 + CPUS));
        assertThat(keyed("turn.0." + otherThan(sender))).as("the same SAs at the other end").extracting(KernelSa::spi)
                .containsExactlyInAnyOrderElementsOf(states.stream().map(KernelSa::spi).toList());
    }

    private void packetsMoveTheirOwnSa() {
        for (int cpu = 0; cpu < CPUS; cpu++) {
            Map<String, Long> expected = Map.of(outboundOf(cpu).spi(), (long) DATAGRAMS);
            for (String host : List.of("left", "right")) {
                assertThat(movedInTurnOf(cpu, host))
                        .as("packets by SPI in the turn of CPU %d at %s. %s", cpu, host, evidence).isEqualTo(expected);
            }
        }
    }

    private void nothingIsClearOrLost() {
        assertThat(evidence.number("clear")).as("packets in clear on the wire").isZero();
        assertThat(evidence.number("esp")).as("ESP packets on the wire").isGreaterThanOrEqualTo(CPUS * DATAGRAMS);
        assertThat(evidence.text("ping")).contains("3 received");
        assertThat(evidence.text("ping-back")).contains("3 received");
    }

    private KernelSa outboundOf(int cpu) {
        return KernelSa.from(addressOf(sender), keyed("turn.0." + sender)).stream()
                .filter(sa -> sa.cpu().equals(OptionalInt.of(cpu))).findFirst()
                .orElseThrow(() -> new AssertionError("CPU " + cpu + " has no outbound SA. " + evidence));
    }

    private Map<String, Long> movedInTurnOf(int cpu, String host) {
        Map<String, Long> before = KernelSa.packetsBySpi(evidence.states("turn.%d.%s".formatted(cpu, host)));
        Map<String, Long> moved = new HashMap<>();
        KernelSa.packetsBySpi(evidence.states("turn.%d.%s".formatted(cpu + 1, host))).forEach((spi, packets) -> {
            long more = packets - before.getOrDefault(spi, 0L);
            if (more != 0) {
                moved.put(spi, more);
            }
        });
        return moved;
    }

    private List<KernelSa> keyed(String file) {
        return evidence.states(file).stream().filter(KernelSa::keyed).toList();
    }

    private static String addressOf(String host) {
        return host.equals("left") ? Family.IPV4.left : Family.IPV4.right;
    }

    private static String otherThan(String host) {
        return host.equals("left") ? "right" : "left";
    }
}
