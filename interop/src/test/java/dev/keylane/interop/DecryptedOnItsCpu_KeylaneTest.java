package dev.keylane.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.interop.lab.Evidence;
import dev.keylane.interop.lab.InLab;
import dev.keylane.interop.lab.KernelSa;
import dev.keylane.interop.lab.Scenario;
import dev.keylane.interop.lab.SeenPackets;
import dev.keylane.interop.peer.Family;
import dev.keylane.interop.peer.Mode;
import dev.keylane.interop.peer.Suite;
import dev.keylane.interop.peer.SwanctlConf;
import dev.keylane.interop.peer.Tunnel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Four CPUs of either end send all the time, and all of it arrives at CPU 0 of the other end. Right steers by XDP, left
 * does not: nftables tells which CPU takes each SPI in. Through a rekeying, a kill of right's daemon and a new start.
 */
@InLab
@Isolated
class DecryptedOnItsCpu_KeylaneTest {
    private static final Tunnel TUNNEL = new Tunnel("net", Mode.TUNNEL, Family.IPV4, Suite.AES_GCM, true);
    private static final int CPUS = 4;

    @TestFactory
    Stream<DynamicTest> steered() {
        String left = conf(SwanctlConf.left(TUNNEL).child("start_action", "trap"),
                "steering = none");
        String right = conf(SwanctlConf.right(TUNNEL), "steering = xdp\n    steering_directory = /run/bpf/right");
        Evidence evidence = Scenario.named("decrypted-on-its-cpu").cpus(CPUS).within(Duration.ofSeconds(240))
                .file("left.conf", left).file("right.conf", right).run(SCRIPT);
        evidence.log("right").lines().filter(line -> line.contains("steering eth0")).findFirst().ifPresent(System.out::println);
        return Stream.of(
                DynamicTest.dynamicTest("the script comes to its end", evidence::completed),
                DynamicTest.dynamicTest("without steering all is decrypted where it arrives", () -> unsteered(evidence)),
                DynamicTest.dynamicTest("each CPU decrypts its own SA",
                        () -> onItsCpu(evidence, "steady", List.of("before"))),
                DynamicTest.dynamicTest("through a rekeying",
                        () -> onItsCpu(evidence, "rekeying", List.of("before", "rekeyed"))),
                DynamicTest.dynamicTest("while the daemon is dead", () -> onItsCpu(evidence, "dead", List.of("rekeyed"))),
                DynamicTest.dynamicTest("with new SAs after the next start", () -> keyedAnew(evidence)),
                DynamicTest.dynamicTest("nothing is lost meanwhile", () -> nothingLost(evidence)),
                DynamicTest.dynamicTest("the next start takes the maps over", () -> takenOver(evidence)),
                DynamicTest.dynamicTest("driver or stack is said in the log", () -> modeIsSaid(evidence)));
    }

    private static String conf(SwanctlConf conf, String settings) {
        return conf.child("per_cpu_sas", "yes").child("rekey_time", "1h").child("life_time", "2h")
                .child("rand_time", "0s").text() + "keylane {\n    " + settings + "\n}\n";
    }

    private static void unsteered(Evidence evidence) {
        assertThat(evidence.seen("steady.left")).as("%s", evidence).hasSizeGreaterThanOrEqualTo(CPUS)
                .extracting(SeenPackets::cpu).containsOnly(0);
    }

    /** Every packet of an SA that is bound to a CPU; and there are some of each CPU's. */
    private static void onItsCpu(Evidence evidence, String seen, List<String> snapshots) {
        assertThat(onTheirCpus(evidence, seen, snapshots)).as("%s", evidence).extracting(SeenPackets::cpu)
                .containsAll(IntStream.range(0, CPUS).boxed().toList());
    }

    /**
     * Both ends have asked for SAs at once, so there may be two for a CPU, and of right's CPUs half have work at the least.
     * All sockets, connected ones too, have gone over to them from the fallback.
     */
    private static void keyedAnew(Evidence evidence) {
        List<SeenPackets> own = onTheirCpus(evidence, "restarted", List.of("after"));
        assertThat(evidence.seen("restarted.right").stream().filter(one -> one.packets() >= 10)).as("%s", evidence)
                .hasSize(CPUS).isSubsetOf(own);
        assertThat(own.stream().map(SeenPackets::cpu).distinct().count()).as("%s", evidence).isGreaterThanOrEqualTo(CPUS / 2);
    }

    /** What came in by SAs that are bound to a CPU, ten packets at least. */
    private static List<SeenPackets> onTheirCpus(Evidence evidence, String seen, List<String> snapshots) {
        Map<String, Integer> bound = snapshots.stream().flatMap(name -> evidence.states(name + ".right").stream())
                .filter(sa -> sa.cpu().isPresent() && sa.destination().equals(Family.IPV4.right))
                .collect(Collectors.toMap(KernelSa::spi, sa -> sa.cpu().getAsInt(), (a, _) -> a));
        List<SeenPackets> own = evidence.seen(seen + ".right").stream().filter(one -> bound.containsKey(one.spi())).toList();
        assertThat(own).as("packets of bound SAs by CPU. %s", evidence)
                .allMatch(one -> one.cpu() == bound.get(one.spi()), "taken in by the CPU of its SA");
        return own.stream().filter(one -> one.packets() >= 10).toList();
    }

    private static void nothingLost(Evidence evidence) {
        LossTable table = new LossTable("steered", evidence).shown();
        table.nothingLostIn("cover", "steady", "rekeying", "dead", "restarting", "restarted");
    }

    /** The pinned objects are the very same, and the program was exchanged without taking it off. */
    private static void takenOver(Evidence evidence) {
        assertThat(evidence.text("pins.dead")).as("%s", evidence).contains("/sas", "/cpus", "/verdicts", "/link")
                .isEqualTo(evidence.text("pins.restarted"));
        assertThat(evidence.text("hook.dead")).contains("xdp");
    }

    private static void modeIsSaid(Evidence evidence) {
        assertThat(evidence.log("right")).containsPattern("steering eth0 by xdp \\((native|generic)\\)");
    }

    private static final String SCRIPT = """
            renewed() { covered 4 && { keyed_spis left; keyed_spis right; } >/run/sas && ! grep -qxFf /run/old-sas /run/sas; }
            end_capture wire
            mkdir /run/bpf; mount -t bpf bpf /run/bpf
            all_arrive_at_cpu_0 to-left to-right
            watch_cpus left; watch_cpus right
            start_keylane right /out/right.conf
            start_keylane left /out/left.conf
            # Left alone asks for its CPUs, and right, which has nothing to answer, gets one SA a CPU. Had both asked at once
            # there would be two, and which of them left sends on, and so whether all of right's CPUs have work, would be the
            # kernel's choice.
            sink right 9999
            wait_until 60 all_cpus_have_sas left 4 10.0.0.1 10.2.0.1
            start_flows 4 300
            sleep 0.5
            phase steady
            snapshot before
            seen covering left; seen covering right
            sleep 1
            seen steady left; seen steady right
            phase rekeying
            rekey left child >>rekeyings 2>&1
            sleep 0.5
            seen rekeying right
            phase dead
            stop right KILL
            snapshot rekeyed
            sleep 1.5
            seen dead right
            pins() { (cd /run/bpf/right && stat -c '%n %i' esp/eth0/*) >pins.$1; ip -n right link show eth0 >hook.$1; }
            pins dead

            { keyed_spis left; keyed_spis right; } | sort -u >/run/old-sas
            phase restarting
            start_keylane right /out/right.conf
            wait_until 60 renewed
            wait_until 20 settled    # right may still have another SA for a CPU to come
            sleep 0.5
            phase restarted
            pins restarted
            seen again right
            snapshot after
            sleep 1
            seen restarted right
            end_flows
            """;
}
