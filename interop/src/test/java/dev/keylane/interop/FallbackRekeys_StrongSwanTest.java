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
import org.junit.jupiter.api.Test;

/**
 * strongSwan rekeys the SA of all CPUs and leaves those of single CPUs as they are, which Linux would neglect once its
 * table of SAs grows: keylane makes them anew, each once, while a ping goes on.
 */
@InLab
class FallbackRekeys_StrongSwanTest {
    private static final Tunnel TUNNEL = new Tunnel("net", Mode.TUNNEL, Family.IPV4, Suite.AES_GCM, true);
    private static final int CPUS = 2;

    @Test
    void theSasOfSingleCpusFollow() {
        Evidence evidence = run();
        evidence.completed();
        assertThat(evidence.text("ping")).as("%s", evidence).contains(" 1000 received");
        List<KernelSa> before = outbound(evidence, "before.left");
        // Where both sides have asked for a CPU at the same time, it has two.
        int bound = bound(before).size();
        assertThat(bound).as("before. %s", evidence).isGreaterThanOrEqualTo(CPUS);
        assertThat(bound(outbound(evidence, "rekeyed.left"))).as("at once. %s", evidence).isEqualTo(bound(before));
        List<KernelSa> after = outbound(evidence, "after.left");
        assertThat(after).as("in the end. %s", evidence).hasSize(bound + 1).extracting(KernelSa::cpu)
                .containsExactlyInAnyOrderElementsOf(before.stream().map(KernelSa::cpu).toList());
        assertThat(after).extracting(KernelSa::spi)
                .doesNotContainAnyElementsOf(before.stream().map(KernelSa::spi).toList());
        assertThat(evidence.log("left").lines().filter(line -> line.contains("rekeying CHILD_SA net{")))
                .as("our rekeyings. %s", evidence).hasSize(bound);
    }

    private static Evidence run() {
        return Scenario.named("fallback-rekeyed-by-strongswan").cpus(CPUS).within(Duration.ofSeconds(150))
                .file("left.conf", calm(SwanctlConf.left(TUNNEL))).file("right.conf", calm(SwanctlConf.right(TUNNEL)))
                .run("""
                        grow_sad right    # else right drops what a CPU sends until keylane has made that CPU's SA anew
                        ours() { states left | grep '^src=10.0.0.1 ' | grep -v 'algorithm=- ' | grep "$1" | grep -oE ' spi=0x[0-9a-f]+' | sort; }
                        others_only() { [ "$(ours "$1" | wc -l)" = "$(wc -l <"$2")" ] && ! ours "$1" | grep -qxFf "$2"; }
                        start_charon right /out/right.conf
                        start_keylane left /out/left.conf
                        wait_until 60 both_have_sas %1$d left 10.2.0.1
                        wait_until 20 settled
                        snapshot before
                        ours src= >/run/all; ours ' pcpu=- ' >/run/fallback
                        on left ping -q -c 1000 -i 0.01 -W 3 %2$s >ping & pinging=$!
                        fallback=$(vici right --list-sas | sed -nE 's/^ *net: #([0-9]+),.* cpu -, .*/\\1/p')
                        vici right --rekey --child-id "$fallback" >rekey
                        wait_until 10 others_only ' pcpu=- ' /run/fallback
                        snapshot rekeyed
                        wait $pinging || true
                        wait_until 20 others_only src= /run/all || true
                        snapshot after
                        """.formatted(CPUS, TUNNEL.pingTarget()));
    }

    private static String calm(SwanctlConf conf) {
        return conf.child("per_cpu_sas", "yes").child("start_action", "trap").child("rekey_time", "1h")
                .child("life_time", "2h").child("rand_time", "0s").text();
    }

    private static List<KernelSa> outbound(Evidence evidence, String snapshot) {
        return KernelSa.from(Family.IPV4.left, evidence.states(snapshot)).stream().filter(KernelSa::keyed).toList();
    }

    private static List<String> bound(List<KernelSa> states) {
        return states.stream().filter(sa -> sa.cpu().isPresent()).map(KernelSa::spi).toList();
    }
}
