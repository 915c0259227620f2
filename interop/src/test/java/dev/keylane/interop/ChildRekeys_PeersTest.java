package dev.keylane.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.interop.lab.Evidence;
import dev.keylane.interop.lab.InLab;
import dev.keylane.interop.lab.KernelSa;
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

/** Rekeyings of a Child SA under a steady ping, RFC 7296 §2.8: no packet is lost, and one pair stands at the end. */
@InLab
class ChildRekeys_PeersTest {
    private static final Tunnel TUNNEL = new Tunnel("net", Mode.TUNNEL, Family.IPV4, Suite.AES_GCM, true);
    private static final String CHARON = "start_charon right /out/right.conf";
    private static final String PLUTO = "start_pluto right /out/right.conf /out/right.secrets";
    private static final String KEYLANE = "start_keylane right /out/right.conf";
    /** The first pair's is a line, too. */
    private static final String THE_NEXT = "wait_until 20 established $((i + 1)) || true";

    @Test
    void keylaneRekeysAgainstStrongSwan() {
        judge(run("rekey-strongswan-by-keylane", SwanctlConf.right(TUNNEL).text(), CHARON, "2s", THE_NEXT));
    }

    @Test
    void strongSwanRekeysAgainstKeylane() {
        judge(run("rekey-keylane-by-strongswan", SwanctlConf.right(TUNNEL).text(), CHARON, "1h",
                "sleep 1; rekey right child"));
    }

    @Test
    void keylaneRekeysAgainstLibreswan() {
        // libreswan sends on the new SA before it has answered, when we cannot have the keys yet: such packets must wait.
        judge(run("rekey-libreswan-by-keylane", IpsecConf.right(TUNNEL), PLUTO, "2s", THE_NEXT));
    }

    @Test
    void libreswanRekeysAgainstKeylane() {
        judge(run("rekey-keylane-by-libreswan", IpsecConf.right(TUNNEL), PLUTO, "1h",
                "sleep 1; rekey right child"));
    }

    @Test
    void keylaneRekeysAgainstKeylane() {
        judge(run("rekey-keylane-by-keylane", SwanctlConf.right(TUNNEL).text(), KEYLANE, "2s", THE_NEXT));
    }

    /**
     * @param rekeyTime of keylane at the left
     * @param often     what is done three times while the ping runs
     */
    private static Evidence run(String name, String right, String startRight, String rekeyTime, String often) {
        SwanctlConf left = SwanctlConf.left(TUNNEL).child("rekey_time", rekeyTime).child("life_time", "2h")
                .child("rand_time", "0s");
        return Scenario.named(name).within(Duration.ofSeconds(150)).file("left.conf", left.text())
                .file("right.conf", right).file("right.secrets", IpsecConf.secrets())
                .run("""
                        %s
                        start_keylane left /out/left.conf
                        initiate left net >initiate 2>&1
                        established() { [ "$(grep -c 'CHILD_SA net{.* established with SPIs' left.log)" -ge $1 ]; }
                        snapshot before
                        on left ping -q -c 900 -i 0.01 -W 3 %s >ping & pinging=$!
                        for i in 1 2 3; do %s; done >rekeys 2>&1
                        wait $pinging || true
                        # Between rekeyings: during one, two pairs stand.
                        wait_until 20 one_pair_stands after || true
                        on left cat /proc/net/xfrm_stat >left.stat
                        on right cat /proc/net/xfrm_stat >right.stat
                        """.formatted(startRight, TUNNEL.pingTarget(), often));
    }

    private static void judge(Evidence evidence) {
        evidence.completed();
        assertThat(evidence.pingsReceived()).as("pings. %s", evidence).isEqualTo(PINGS);
        for (String host : List.of("left", "right")) {
            assertThat(evidence.text(host + ".stat").lines().filter(line -> line.startsWith("XfrmIn")))
                    .as("what %s could not take. %s", host, evidence).allMatch(line -> line.endsWith("\t0"));
        }
        List<String> before = evidence.states("before.left").stream().map(KernelSa::spi).toList();
        List<KernelSa> after = evidence.states("after.left");
        assertThat(after).as("SAs at the end. %s", evidence).hasSize(2);
        assertThat(after).extracting(KernelSa::spi).doesNotContainAnyElementsOf(before);
        // strongSwan keeps an old inbound SA for some seconds, so only what it sends on is counted.
        assertThat(KernelSa.from(Family.IPV4.right, evidence.states("after.right"))).filteredOn(KernelSa::keyed)
                .as("the peer's outbound SAs. %s", evidence).hasSize(1);
        long rekeyings = evidence.log("left").lines().filter(line -> line.contains("CHILD_SA net{")
                && line.contains("established with SPIs")).count() - 1;
        assertThat(rekeyings).as("rekeyings. %s", evidence).isGreaterThanOrEqualTo(3);
    }

    private static final int PINGS = 900;
}
