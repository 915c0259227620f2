package dev.keylane.interop;

import dev.keylane.interop.lab.InLab;
import dev.keylane.interop.lab.Scenario;
import dev.keylane.interop.peer.Family;
import dev.keylane.interop.peer.Mode;
import dev.keylane.interop.peer.Suite;
import dev.keylane.interop.peer.SwanctlConf;
import dev.keylane.interop.peer.Tunnel;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Four CPUs at either end send all the time, before there is any SA, while the CPUs get their SAs, through three rekeyings
 * of all of them, and when the peer deletes a CPU's SA. What strongSwan loses, which waits for a CPU's SA with the acquire
 * flag set, is for comparison; {@link KernelDefects_LinuxTest} shows why.
 */
@InLab
@Isolated
class LossWhileKeying_PeersTest {
    private static final Tunnel TUNNEL = new Tunnel("net", Mode.TUNNEL, Family.IPV4, Suite.AES_GCM, true);
    private static final String CHARON = "start_charon";
    private static final int CPUS = 4;
    private static final int RATE = 500;

    @Test
    void strongSwanWithStrongSwan() {
        run("strongswan-strongswan", CHARON, CHARON, "left");
    }

    /** {@code initiator} is the host that has the trap, and that rekeys; its peer deletes one of its CPUs' SAs. */
    private static LossTable run(String name, String startLeft, String startRight, String initiator) {
        SwanctlConf left = calm(SwanctlConf.left(TUNNEL));
        SwanctlConf right = calm(SwanctlConf.right(TUNNEL));
        (initiator.equals("left") ? left : right).child("start_action", "trap");
        return new LossTable(name, Scenario.named("loss-" + name).cpus(CPUS).within(Duration.ofSeconds(240))
                .file("left.conf", left.text()).file("right.conf", right.text())
                .run("""
                        end_capture wire
                        %2$s right /out/right.conf
                        %1$s left /out/left.conf
                        start_flows %3$d %4$d
                        wait_until 60 covered %3$d
                        errors covered
                        for n in 1 2 3; do
                          phase rekeying-$n
                          rekey %5$s child >>rekeyings 2>&1
                        done
                        phase deletion
                        delete_cpus_sa %6$s >deletion 2>&1
                        sleep 1
                        wait_until 30 covered %3$d
                        sleep 0.5
                        end_flows
                        errors after
                        snapshot after
                        """.formatted(startLeft, startRight, CPUS, RATE, initiator,
                        initiator.equals("left") ? "right" : "left")))
                .shown().complete();
    }

    /** No rekeying but what is asked for. */
    private static SwanctlConf calm(SwanctlConf conf) {
        return conf.child("per_cpu_sas", "yes").child("rekey_time", "1h").child("life_time", "2h").child("rand_time", "0s");
    }
}
