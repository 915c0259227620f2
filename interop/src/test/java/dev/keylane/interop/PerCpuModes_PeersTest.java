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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * {@code per_cpu_mode} eager and hybrid, with a keylane and with strongSwan: eager keys all CPUs for one packet of one, and
 * makes no SA again that the peer has deleted until its CPU sends; hybrid keys those that send, or all of them where the kernel's
 * acquires alone tell that any does.
 */
@InLab
class PerCpuModes_PeersTest {
    private static final Tunnel TUNNEL = new Tunnel("net", Mode.TUNNEL, Family.IPV4, Suite.AES_GCM, true);
    private static final int CPUS = 4;
    private static Evidence evidence;

    @BeforeAll
    static void run() {
        evidence = Scenario.named("per-cpu-modes").cpus(CPUS).within(Duration.ofSeconds(240))
                .file("eager.conf", left("eager")).file("hybrid.conf", left("hybrid"))
                .file("right.conf", calm(SwanctlConf.right(TUNNEL)))
                .file("no-such-cpu.conf", calm(SwanctlConf.left(TUNNEL).child("per_cpu_cpus", "0-3,64"))).run(SCRIPT);
        evidence.completed();
    }

    @Test
    void eagerKeysAllCpusWithoutTheirSending() {
        for (String peer : List.of("keylane", "strongswan")) {
            assertThat(cpus("eager-" + peer)).as("%s. %s", peer, evidence).containsExactly(-1, 0, 1, 2, 3);
        }
    }

    @Test
    void whatAPeerDeletesIsNotMadeAgainUntilItsCpuSends() {
        for (String peer : List.of("keylane", "strongswan")) {
            assertThat(cpus("idle-" + peer)).as("%s. %s", peer, evidence).hasSize(CPUS).contains(-1);
            assertThat(evidence.text("asked-" + peer).strip().split(" ")).as("CHILD_SAs that left has ever had, before and after. %s",
                    evidence).hasSize(2).satisfies(counts -> assertThat(counts[0]).isEqualTo(counts[1]));
            assertThat(cpus("sent-" + peer)).as("%s. %s", peer, evidence).containsExactly(-1, 0, 1, 2, 3);
        }
    }

    @Test
    void aCpuThatTheMachineCannotHaveIsRefusedAndNothingChanges() {
        assertThat(evidence.text("refused")).as("%s", evidence).contains("invalid value for: per_cpu_cpus", "this machine has no CPU 64, only 0-3");
        assertThat(cpus("refused")).as("%s", evidence).containsExactly(-1, 0, 1, 2, 3);
    }

    @Test
    void hybridKeysCpusThatSendAndNoOthers() {
        assertThat(cpus("quiet")).as("%s", evidence).containsExactly(-1);
        assertThat(cpus("hybrid")).as("%s", evidence).containsExactly(-1, 1, 2);
    }

    @Test
    void hybridKeysAllCpusForOneAcquireWhereThatIsAllItHears() {
        assertThat(evidence.log("left")).contains("are found by the kernel's acquires, which costs packets");
        assertThat(evidence.text("flag")).as("acquire flag while CPUs lack SAs. %s", evidence).contains("flag 4");
        assertThat(cpus("hybrid-acquires")).as("%s", evidence).containsExactly(-1, 0, 1, 2, 3);
    }

    /** Those of left's outbound SAs, -1 for the fallback. */
    private static List<Integer> cpus(String snapshot) {
        return KernelSa.from(Family.IPV4.left, evidence.states(snapshot + ".left")).stream().filter(KernelSa::keyed)
                .map(sa -> sa.cpu().orElse(-1)).sorted().toList();
    }

    private static String left(String mode) {
        return calm(SwanctlConf.left(TUNNEL).child("start_action", "trap").child("per_cpu_mode", mode));
    }

    /** No rekeying by itself. */
    private static String calm(SwanctlConf conf) {
        return conf.child("per_cpu_sas", "yes").child("rekey_time", "1h").child("life_time", "2h").child("rand_time", "0s")
                .text();
    }

    private static final String SCRIPT = """
            end_capture wire
            sink right 9999   # answers nothing, so right has no CPU that sends
            knock_once() { # PAIRS NAME: one packet of CPU 0, until there are so many
              send_from left 0 1 10.2.0.1 9999
              wait_until 20 pairs_stand $2 $1
            }
            children() { grep -c 'CHILD_SA net{.*} established' left.log || true; }
            eager() { # PEER
              say "eager with $1"
              knock_once 5 eager-$1
              wait_until 10 delete_cpus_sa right >>deletions 2>&1
              wait_until 20 pairs_stand deleted-$1 4
              local before=$(children)
              sleep 2
              pairs_stand idle-$1 4
              echo $before $(children) >asked-$1
              knock left 4 10.2.0.1
              wait_until 20 pairs_stand sent-$1 5
            }
            start_over() { # CONF
              terminate left net >>terminations 2>&1
              wait_until 20 no_states
              load left /out/$1 >>loads 2>&1
            }

            start_keylane right /out/right.conf
            start_keylane left /out/eager.conf
            eager keylane
            if load left /out/no-such-cpu.conf >refused 2>&1; then echo accepted >>refused; fi
            pairs_stand refused 5

            say hybrid
            start_over hybrid.conf
            knock_once 1 quiet
            sleep 1
            pairs_stand quiet 1
            send_from left 1 1 10.2.0.1 9999 & send_from left 2 1 10.2.0.1 9999
            wait $!
            wait_until 20 pairs_stand hybrid 3
            sleep 1
            pairs_stand hybrid 3

            say "strongSwan takes right's place"
            start_over eager.conf
            stop right
            start_charon right /out/right.conf
            eager strongswan

            say "left may load no program"
            terminate left net >>terminations 2>&1
            wait_until 20 no_states
            stop left
            keylane_under='setpriv --bounding-set -bpf,-sys_admin'
            start_keylane left /out/hybrid.conf
            knock_once 1 acquires
            armed() { ip -n left xfrm policy list dir out >flag && grep -q 'flag 4' flag; }
            wait_until 10 armed
            send_from left 2 1 10.2.0.1 9999
            wait_until 20 pairs_stand hybrid-acquires 5
            """;
}
