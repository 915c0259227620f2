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

/**
 * Rekeyings of an IKE SA under a steady ping, RFC 7296 §2.8 and §2.18: the Child SA stays in the kernel as it is. That
 * both sides have the same keys shows when either rekeys it on the new IKE SA.
 */
@InLab
class IkeRekeys_PeersTest {
    private static final Tunnel TUNNEL = new Tunnel("net", Mode.TUNNEL, Family.IPV4, Suite.AES_GCM, true);
    private static final String CHARON = "start_charon right /out/right.conf";
    private static final String PLUTO = "start_pluto right /out/right.conf /out/right.secrets";
    private static final String KEYLANE = "start_keylane right /out/right.conf";

    @Test
    void keylaneRekeysAgainstStrongSwan() {
        judge(run("ike-rekey-strongswan-by-keylane", SwanctlConf.right(TUNNEL).text(), CHARON, "left"));
    }

    @Test
    void strongSwanRekeysAgainstKeylane() {
        judge(run("ike-rekey-keylane-by-strongswan", SwanctlConf.right(TUNNEL).text(), CHARON, "right"));
    }

    @Test
    void keylaneRekeysAgainstLibreswan() {
        judge(run("ike-rekey-libreswan-by-keylane", IpsecConf.right(TUNNEL), PLUTO, "left"));
    }

    @Test
    void libreswanRekeysAgainstKeylane() {
        judge(run("ike-rekey-keylane-by-libreswan", IpsecConf.right(TUNNEL), PLUTO, "right"));
    }

    @Test
    void keylaneRekeysAgainstKeylane() {
        judge(run("ike-rekey-keylane-by-keylane", SwanctlConf.right(TUNNEL).text(), KEYLANE, "left"));
    }

    /** {@code rekeyer} replaces the IKE SA twice; then first left, then right replaces the Child SA. */
    private static Evidence run(String name, String right, String startRight, String rekeyer) {
        return Scenario.named(name).within(Duration.ofSeconds(150)).file("left.conf", SwanctlConf.left(TUNNEL).text())
                .file("right.conf", right).file("right.secrets", IpsecConf.secrets())
                .run("""
                        %s
                        start_keylane left /out/left.conf
                        initiate left net >initiate 2>&1
                        snapshot before
                        on left ping -q -c 900 -i 0.01 -W 3 %s >ping & pinging=$!
                        one_ike_sa() { [ "$(ike_sas left)" = 1 ]; }
                        for i in 1 2; do sleep 0.5; rekey %s ike; wait_until 20 one_ike_sa; done >rekeys 2>&1
                        snapshot rekeyed
                        for host in left right; do
                            rekey $host child >rekey-child-$host 2>&1
                            wait_until 20 one_pair_stands after || true
                        done
                        wait $pinging || true
                        vici left --list-sas >left.list
                        on left cat /proc/net/xfrm_stat >left.stat
                        on right cat /proc/net/xfrm_stat >right.stat
                        """.formatted(startRight, TUNNEL.pingTarget(), rekeyer));
    }

    private static void judge(Evidence evidence) {
        evidence.completed();
        assertThat(evidence.pingsReceived()).as("pings. %s", evidence).isEqualTo(PINGS);
        for (String host : List.of("left", "right")) {
            assertThat(evidence.text(host + ".stat").lines().filter(line -> line.startsWith("XfrmIn")))
                    .as("what %s could not take. %s", host, evidence).allMatch(line -> line.endsWith("\t0"));
            assertThat(spis(evidence, "rekeyed." + host)).as("%s's SAs after the IKE SA's rekeyings. %s", host, evidence)
                    .isEqualTo(spis(evidence, "before." + host));
        }
        assertThat(evidence.log("left").lines().filter(line -> line.contains("rekeyed between")))
                .as("rekeyings of the IKE SA. %s", evidence).hasSize(2);
        assertThat(evidence.log("left").lines().filter(line -> line.contains("CHILD_SA net{")
                && line.contains("established with SPIs"))).as("the child and its rekeyings. %s", evidence).hasSize(3);
        assertThat(spis(evidence, "after.left")).as("SAs at the end. %s", evidence).hasSize(2)
                .doesNotContainAnyElementsOf(spis(evidence, "before.left"));
        assertThat(evidence.text("left.list").lines().filter(line -> line.startsWith("net:")))
                .as("IKE SAs at the end. %s", evidence).singleElement().asString().contains("ESTABLISHED");
    }

    private static List<String> spis(Evidence evidence, String snapshot) {
        return evidence.states(snapshot).stream().filter(KernelSa::keyed).map(KernelSa::spi).toList();
    }

    private static final int PINGS = 900;
}
