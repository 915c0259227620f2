package dev.keylane.interop;

import static org.assertj.core.api.Assertions.assertThat;

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

/**
 * Left sits behind a router that masquerades, RFC 7296 §2.23, and keys with right. In the middle of a ping the router
 * takes another port; both directions go on within seconds. Only left sends keepalives.
 */
@InLab
class Nat_PeersTest {
    private static final Tunnel TUNNEL = new Tunnel("net", Mode.TUNNEL, Family.IPV4, Suite.AES_GCM, true);
    private static final String KEYLANE = "start_keylane %1$s /out/%1$s.conf";
    private static final String CHARON = "start_charon %1$s /out/%1$s.conf";
    private static final String PLUTO = "start_pluto %1$s /out/%1$s.conf /out/%1$s.secrets";

    @Test
    void keylaneInsideStrongSwanOutside() {
        Evidence evidence = run("nat-keylane-inside-strongswan", TUNNEL, outside(TUNNEL), KEYLANE, CHARON);
        judge(evidence);
        judgeMove(evidence);
    }

    @Test
    void strongSwanInsideKeylaneOutside() {
        Evidence evidence = run("nat-strongswan-inside-keylane", TUNNEL, outside(TUNNEL), CHARON, KEYLANE);
        judge(evidence);
        judgeMove(evidence);
    }

    @Test
    void keylaneOnBothSides() {
        judge(run("nat-keylane-keylane", TUNNEL, outside(TUNNEL), KEYLANE, KEYLANE));
    }

    @Test
    void keylaneOnBothSidesOverIpv6() {
        Tunnel six = new Tunnel("net", Mode.TUNNEL, Family.IPV6, Suite.AES_GCM, true);
        judge(run("nat-keylane-keylane-v6", six, outside(six), KEYLANE, KEYLANE));
    }

    @Test
    void keylaneInsideLibreswanOutside() {
        String pluto = IpsecConf.right(TUNNEL).replace("right=10.0.0.1", "right=%any");
        // libreswan follows nobody without MOBIKE ("ignoring peer endpoint change"), so the port stays.
        judge(run("nat-keylane-inside-libreswan", TUNNEL, pluto, KEYLANE, PLUTO, 40_000), 40_000);
    }

    @Test
    void transportModeWithStrongSwan() {
        Tunnel transport = TUNNEL.in(Mode.TRANSPORT);
        judge(run("nat-transport-strongswan", transport, outside(transport), KEYLANE, CHARON));
    }

    private static String inside(Tunnel tunnel) {
        return SwanctlConf.left(tunnel).connection("local_addrs", isV4(tunnel) ? "10.9.0.1" : "fd00:9::1").text()
                + "charon { keep_alive = 2s\n}\n";
    }

    private static String outside(Tunnel tunnel) {
        return SwanctlConf.right(tunnel).connection("remote_addrs", "%any").text() + "charon { keep_alive = 2s\n}\n";
    }

    private static boolean isV4(Tunnel tunnel) {
        return tunnel.family() == Family.IPV4;
    }

    private static Evidence run(String name, Tunnel tunnel, String right, String startLeft, String startRight) {
        return run(name, tunnel, right, startLeft, startRight, 61_000);
    }

    /** @param port of the router for left's 4500 in the end */
    private static Evidence run(String name, Tunnel tunnel, String right, String startLeft, String startRight, int port) {
        String back = tunnel.mode() == Mode.TRANSPORT ? "10.0.0.9" : tunnel.family().behindLeft;
        return Scenario.named(name).within(Duration.ofSeconds(180)).file("left.conf", inside(tunnel))
                .file("right.conf", right).file("right.secrets", IpsecConf.secrets())
                .run("""
                        charon_settings='keep_alive = 2s'
                        put_left_behind_nat
                        %1$s
                        %2$s
                        initiate left net >initiate 2>&1
                        on left ping -c 3 -i 0.1 -W 2 %3$s >first
                        on right ping -c 3 -i 0.1 -W 2 %4$s >first-back
                        encapsulated right >before
                        if [ "${kind[right]}" != pluto ]; then
                          python3 /host/interop/lab/vicievents.py /run/right.vici ike-update >moves 2>&1 &
                          wait_until 20 grep -q listening moves
                        fi
                        sleep 7
                        on left ping -q -c 300 -i 0.05 -W 2 %3$s >ping & pinging=$!
                        sleep 5
                        masquerade %5$d
                        wait $pinging || true
                        encapsulated right >after
                        on left ping -c 3 -i 0.1 -W 2 %3$s >last
                        on right ping -c 3 -i 0.1 -W 2 %4$s >last-back
                        sleep 0.5
                        end_capture wire
                        length='(udp[4:2] = 9 or (ip6 and ip6[44:2] = 9))'
                        captured wire "udp port 4500 and (src host 10.9.0.1 or src host fd00:9::1) and ($length)" >keepalives
                        captured wire "udp port 4500 and (src host 10.0.0.2 or src host fd00::2) and ($length)" >keepalives-back
                        """.formatted(startLeft.formatted("left"), startRight.formatted("right"), tunnel.pingTarget(),
                        back, port));
    }

    private static void judge(Evidence evidence) {
        judge(evidence, 61_000);
    }

    private static void judge(Evidence evidence, int port) {
        evidence.completed();
        for (String ping : new String[] {"first", "first-back", "last", "last-back"}) {
            assertThat(evidence.text(ping)).as("%s. %s", ping, evidence).contains("3 received");
        }
        assertThat(evidence.pingsReceived()).as("pings of %d while the port changed. %s", PINGS, evidence)
                .isGreaterThan(PINGS - LOST);
        assertThat(evidence.text("before").lines()).as("right's states before. %s", evidence).hasSize(2)
                .allMatch(line -> line.contains("=40000"));
        assertThat(evidence.text("after").lines()).as("right's states after. %s", evidence).isNotEmpty()
                .allMatch(line -> line.contains("=" + port));
        assertThat(evidence.number("keepalives")).as("keepalives from inside. %s", evidence).isGreaterThanOrEqualTo(2);
        assertThat(evidence.number("keepalives-back")).as("keepalives from outside. %s", evidence).isZero();
    }

    /** Who listens to events is told where the peer went, and of the SA where it was: the same keys by whichever daemon. */
    private static void judgeMove(Evidence evidence) {
        List<String> event = evidence.text("moves").lines().dropWhile(line -> !line.equals("event ike-update")).skip(1)
                .takeWhile(line -> !line.startsWith("event")).map(String::strip).toList();
        assertThat(event).as("%s", evidence).contains("remote-port = 61000", "net/remote-port = 40000");
        assertThat(event).extracting(line -> line.replaceFirst("^net/", "").replaceFirst(" .*", "")).as("%s", evidence)
                .containsExactly(MOVED.split(" "));
    }

    private static final String MOVED = "local-host local-port remote-host remote-port net uniqueid version state local-host "
            + "local-port local-id remote-host remote-port remote-id initiator-spi responder-spi nat-remote nat-any encr-alg "
            + "encr-keysize prf-alg dh-group established rekey-time";
    private static final int PINGS = 300;
    /** Five seconds' worth. */
    private static final int LOST = 100;
}
