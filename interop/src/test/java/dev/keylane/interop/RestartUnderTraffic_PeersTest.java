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
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Four CPUs at either end send all the time while right's daemon is killed, dead for a while, and started again. Its kernel
 * goes on with the SAs it has, until both ends have new ones on every CPU. strongSwan forgets the old ones as soon as it
 * hears of the new start, which costs what is sent to it until the answer has arrived and been acted on.
 */
@InLab
@Isolated
class RestartUnderTraffic_PeersTest {
    private static final Tunnel TUNNEL = new Tunnel("net", Mode.TUNNEL, Family.IPV4, Suite.AES_GCM, true);
    private static final int CPUS = 4;

    @TestFactory
    Stream<DynamicTest> killedAndStartedAgain() {
        Evidence evidence = Scenario.named("restart-under-traffic").cpus(CPUS).within(Duration.ofSeconds(300))
                .file("left.conf", calm(SwanctlConf.left(TUNNEL).child("start_action", "trap")).text())
                .file("right.conf", calm(SwanctlConf.right(TUNNEL)).text()).run(SCRIPT);
        LossTable table = new LossTable("restart", evidence).shown();
        return Stream.of(DynamicTest.dynamicTest("the script comes to its end", evidence::completed),
                DynamicTest.dynamicTest("nothing is lost between two keylanes",
                        () -> table.nothingLostIn("steady", "dead", "restarting", "restarted")),
                DynamicTest.dynamicTest("nothing crosses in clear", () -> assertThat(evidence.text("clear.after"))
                        .as("%s", evidence).isEqualTo(evidence.text("clear.before"))),
                DynamicTest.dynamicTest("every CPU is keyed anew", () -> keyedAnew(evidence, "keylane")),
                DynamicTest.dynamicTest("strongSwan's packets arrive until the daemon is started again",
                        () -> table.nothingLostIn("strongswan-dead")),
                DynamicTest.dynamicTest("strongSwan and every CPU are keyed anew", () -> keyedAnew(evidence, "strongswan")));
    }

    /** Every CPU has new SAs, and the old ones are gone. */
    private static void keyedAnew(Evidence evidence, String peer) {
        List<String> before = spis(evidence, peer + ".before");
        assertThat(before).as("%s", evidence).hasSizeGreaterThanOrEqualTo(2 * (CPUS + 1));
        assertThat(spis(evidence, peer + ".after")).as("%s", evidence).hasSizeGreaterThanOrEqualTo(2 * (CPUS + 1))
                .doesNotContainAnyElementsOf(before);
    }

    private static List<String> spis(Evidence evidence, String snapshot) {
        return evidence.states(snapshot + ".right").stream().filter(KernelSa::keyed).map(KernelSa::spi).toList();
    }

    /** No rekeying. */
    private static SwanctlConf calm(SwanctlConf conf) {
        return conf.child("per_cpu_sas", "yes").child("rekey_time", "1h").child("life_time", "2h").child("rand_time", "0s");
    }

    private static final String SCRIPT = """
            renewed() { covered 4 && { keyed_spis left; keyed_spis right; } >/run/sas && ! grep -qxFf /run/old-sas /run/sas; }
            in_clear() { for host in left right; do on $host nft list chain inet flows in; done | grep -o 'packets [0-9]*' >clear.$1; }

            kill_and_start_again() { # PEER PREFIX-OF-PHASES
                sleep 1   # what both ends have asked for at once
                phase $2steady
                snapshot $1.before
                { keyed_spis left; keyed_spis right; } | sort -u >/run/old-sas
                phase $2dead
                stop right KILL
                sleep 1.5
                phase $2restarting
                start_keylane right /out/right.conf
                wait_until 60 renewed
                phase $2restarted
                snapshot $1.after
                sleep 1
            }

            end_capture wire
            start_keylane right /out/right.conf
            start_keylane left /out/left.conf
            start_flows 4 200
            wait_until 60 covered 4
            in_clear before
            kill_and_start_again keylane ''
            in_clear after

            phase between
            errors keylane
            stop left
            on left ip xfrm state flush   # an acquire that nobody answers any more would keep the next one away for 30 s
            mv left.log keylane.left.log
            start_charon left /out/left.conf
            wait_until 60 covered 4
            kill_and_start_again strongswan strongswan-
            end_flows
            """;
}
