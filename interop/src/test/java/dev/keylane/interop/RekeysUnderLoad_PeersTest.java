package dev.keylane.interop;

import dev.keylane.interop.lab.Evidence;
import dev.keylane.interop.lab.InLab;
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
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Three rekeyings of all Child SAs and two of the IKE SA, while each of four CPUs sends a thousand packets a second in
 * both directions: no packet is lost or taken for a replay, RFC 7296 §2.8. Each case prints a line of the loss table.
 */
@InLab
@Isolated
class RekeysUnderLoad_PeersTest {
    private static final Tunnel TUNNEL = new Tunnel("net", Mode.TUNNEL, Family.IPV4, Suite.AES_GCM, true);
    private static final String CHARON = "start_charon right /out/right.conf";
    private static final String PLUTO = "start_pluto right /out/right.conf /out/right.secrets";
    private static final String KEYLANE = "start_keylane right /out/right.conf";
    private static final int CPUS = 4;

    @Test
    void keylaneRekeysAgainstStrongSwan() {
        perCpu("load-strongswan-by-keylane", CHARON, "left", "left");
    }

    @Test
    void strongSwanRekeysAgainstKeylane() {
        perCpu("load-keylane-by-strongswan", CHARON, "left", "right");
    }

    @Test
    void strongSwanInitiatesAndRekeysAgainstKeylane() {
        perCpu("load-keylane-by-initiating-strongswan", CHARON, "right", "right");
    }

    @Test
    void keylaneRekeysAgainstKeylane() {
        perCpu("load-keylane-by-keylane", KEYLANE, "left", "left");
    }

    @Test
    void keylaneRekeysAgainstLibreswan() {
        oneSa("load-libreswan-by-keylane", "left", "left");
    }

    @Test
    void libreswanRekeysAgainstKeylane() {
        oneSa("load-keylane-by-libreswan", "left", "right");
    }

    /** An SA for each CPU beside the one for all; {@code initiator} and {@code rekeyer} are hosts. */
    private static void perCpu(String name, String startRight, String initiator, String rekeyer) {
        SwanctlConf left = calm(SwanctlConf.left(TUNNEL)).child("per_cpu_sas", "yes").child("start_action", "trap");
        SwanctlConf right = calm(SwanctlConf.right(TUNNEL)).child("per_cpu_sas", "yes").child("start_action", "trap");
        String knocking = initiator.equals("left") ? "left 10.2.0.1" : "right 10.1.0.1";
        Evidence evidence = run(name, left.text(), right.text(), startRight,
                "wait_until 60 both_have_sas %d %s".formatted(CPUS, knocking), rekeyer, 1 + CPUS);
        new LoadTable(name, CPUS, evidence).judge(startRight.equals(KEYLANE) ? List.of("left", "right") : List.of("left"), true);
    }

    /** libreswan has no SAs for single CPUs: four CPUs share one. */
    private static void oneSa(String name, String initiator, String rekeyer) {
        // What four CPUs send on one SA overtakes each other, and what had to wait for its SA is overtaken by more.
        String left = calm(SwanctlConf.left(TUNNEL)).child("replay_window", "2048").text();
        Evidence evidence = run(name, left, IpsecConf.right(TUNNEL), PLUTO,
                "initiate %s net".formatted(initiator), rekeyer, 1);
        new LoadTable(name, CPUS, evidence).judge(List.of("left"), false);
    }

    /** No rekeying but what is asked for. */
    private static SwanctlConf calm(SwanctlConf conf) {
        return conf.child("rekey_time", "1h").child("life_time", "2h").child("rand_time", "0s");
    }

    private static Evidence run(String name, String left, String right, String startRight, String establish,
            String rekeyer, int pairs) {
        return Scenario.named(name).cpus(CPUS).within(Duration.ofSeconds(300))
                .file("left.conf", left).file("right.conf", right).file("right.secrets", IpsecConf.secrets())
                .run("""
                        end_capture wire
                        %5$s
                        %1$s
                        start_keylane left /out/left.conf
                        sink left 9999
                        sink right 9999
                        capture ike udp port 500 or udp port 4500
                        %2$s >establish 2>&1
                        wait_until 20 settled
                        snapshot before
                        errors before
                        start_load %3$d
                        sleep 2
                        for what in child ike child ike child; do rekey %4$s $what; sleep 0.5; done >rekeyings 2>&1
                        sleep 1
                        end_load
                        errors after
                        # What is older than the SA for all CPUs is yet rekeyed by keylane, 3 to 6 s after the peer's last
                        # rekeying; strongSwan keeps an SA that it receives on for another 5 s.
                        sleep 4
                        wait_until 30 pairs_stand after %6$d || true
                        """.formatted(startRight, establish, CPUS, rekeyer,
                        startRight.equals(KEYLANE) ? "" : "grow_sad right", pairs));
    }
}
