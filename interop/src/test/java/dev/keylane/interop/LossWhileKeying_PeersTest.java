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
 * of all of them, and when the peer deletes a CPU's SA or refuses it. Of what a keylane sends nothing is lost from when the
 * fallback is in place at both ends, and in the end all its sockets are on their CPU's SA, connected ones too. What strongSwan
 * loses, which waits for a CPU's SA with the acquire flag set, is for comparison; {@link KernelDefects_LinuxTest} shows why.
 */
@InLab
@Isolated
class LossWhileKeying_PeersTest {
    private static final Tunnel TUNNEL = new Tunnel("net", Mode.TUNNEL, Family.IPV4, Suite.AES_GCM, true);
    private static final String CHARON = "start_charon";
    private static final String KEYLANE = "start_keylane";
    private static final int CPUS = 4;
    private static final int RATE = 200;

    @Test
    void strongSwanWithStrongSwan() {
        run("strongswan-strongswan", CHARON, CHARON, "left");
    }

    @Test
    void keylaneInitiatesToStrongSwan() {
        run("keylane-strongswan", KEYLANE, CHARON, "left").onItsCpusSas("left").onlyForgottenLostFrom("left");
    }

    @Test
    void strongSwanInitiatesToKeylane() {
        run("strongswan-keylane", KEYLANE, CHARON, "right").onItsCpusSas("left").onlyForgottenLostFrom("left");
    }

    @Test
    void keylaneWithKeylane() {
        run("keylane-keylane", KEYLANE, KEYLANE, "left").onItsCpusSas("left").onItsCpusSas("right").onlyUnsentLostFrom("right")
                .nothingLostFrom("left");
    }

    /** RFC 7296 §2.8: half a second may pass between our answer and the moment when the peer has what it asked for. */
    @Test
    void busyStrongSwanInitiatesToKeylane() {
        SwanctlConf right = calm(SwanctlConf.right(TUNNEL)).child("start_action", "trap");
        run("busy-strongswan-keylane", calm(SwanctlConf.left(TUNNEL)), right, """
                start_charon right /out/right.conf
                start_keylane left /out/left.conf
                start_flows %1$d %2$d
                wait_until 60 fallback_stands
                make_busy right
                wait_until 60 covered %1$d
                make_idle right
                phase covered
                sleep 0.5
                """.formatted(CPUS, RATE)).nothingLostFrom("left");
    }

    /** Right takes SAs for two CPUs and no more: TS_MAX_QUEUE. */
    @Test
    void keylaneRefusesToKeylane() {
        SwanctlConf left = calm(SwanctlConf.left(TUNNEL)).child("start_action", "trap");
        SwanctlConf right = calm(SwanctlConf.right(TUNNEL)).child("per_cpu_max", "1");
        run("keylane-refusing-keylane", left, right, """
                start_keylane right /out/right.conf
                start_keylane left /out/left.conf
                start_flows %d %d
                wait_until 60 covered 2
                wait_until 20 grep -q TS_MAX_QUEUE left.log
                phase refused
                sleep 2
                """.formatted(CPUS, RATE)).nothingLost();
    }

    /** {@code initiator} is the host that has the trap, and that rekeys; its peer deletes one of its CPUs' SAs. */
    private static LossTable run(String name, String startLeft, String startRight, String initiator) {
        SwanctlConf left = calm(SwanctlConf.left(TUNNEL));
        SwanctlConf right = calm(SwanctlConf.right(TUNNEL));
        (initiator.equals("left") ? left : right).child("start_action", "trap");
        return run(name, left, right, """
                %2$s right /out/right.conf
                %1$s left /out/left.conf
                start_flows %3$d %4$d
                wait_until 60 covered %3$d
                for n in 1 2 3; do
                  phase rekeying-$n
                  rekey %5$s child >>rekeyings 2>&1
                done
                phase deletion
                errors before
                wait_until 20 delete_cpus_sa %6$s >deletion 2>&1
                sleep 1
                wait_until 30 covered %3$d
                wait_until 30 senders_stay
                phase sockets
                watch_cpus left; watch_cpus right
                snapshot sockets
                sleep 1
                seen sockets left; seen sockets right
                """.formatted(startLeft, startRight, CPUS, RATE, initiator,
                initiator.equals("left") ? "right" : "left"));
    }

    private static LossTable run(String name, SwanctlConf left, SwanctlConf right, String script) {
        return new LossTable(name, Scenario.named("loss-" + name).cpus(CPUS).within(Duration.ofSeconds(240))
                .file("left.conf", left.text()).file("right.conf", right.text())
                .run("end_capture wire\n" + script + "end_flows\nerrors after\nsnapshot after\n")).shown().complete();
    }

    /** No rekeying but what is asked for. */
    private static SwanctlConf calm(SwanctlConf conf) {
        return conf.child("per_cpu_sas", "yes").child("rekey_time", "1h").child("life_time", "2h").child("rand_time", "0s");
    }
}
