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
import org.junit.jupiter.api.Test;

/** IKE_AUTH with long identities in fragments of 260 octets, RFC 7383, in both directions. */
@InLab
class Fragmentation_PeersTest {
    private static final Tunnel GCM = new Tunnel("net", Mode.TUNNEL, Family.IPV4, Suite.AES_GCM, true);
    private static final Tunnel CBC = new Tunnel("net", Mode.TUNNEL, Family.IPV4, Suite.AES_CBC, true);
    private static final String TAIL = "x".repeat(60) + "." + "y".repeat(60) + "." + "z".repeat(60) + ".example";
    private static final String LEFT = "left." + TAIL;
    private static final String RIGHT = "right." + TAIL;
    private static final int SIZE = 260;
    private static final String SETTINGS = "charon { fragment_size = " + SIZE + "\n}\n";
    private static final String CHARON = "charon_settings='fragment_size = " + SIZE + "' start_charon right";
    private static final String PLUTO = "start_pluto right /out/none.conf /out/right.secrets";
    private static final String KEYLANE = "start_keylane right /out/net.right.conf";

    @Test
    void keylaneInitiatesToStrongSwan() {
        bothSend(run("fragmentation-strongswan-by-keylane", GCM, swanctl(GCM), CHARON, "left"));
    }

    @Test
    void strongSwanInitiatesToKeylane() {
        bothSend(run("fragmentation-keylane-by-strongswan", CBC, swanctl(CBC), CHARON, "right"));
    }

    @Test
    void keylaneInitiatesToKeylane() {
        bothSend(run("fragmentation-keylane-by-keylane", CBC, swanctl(CBC) + SETTINGS, KEYLANE, "left"));
    }

    /** libreswan cuts what is larger than 576 octets; its answer is not. */
    @Test
    void keylaneInitiatesToLibreswan() {
        leftSends(run("fragmentation-libreswan-by-keylane", GCM, libreswan(GCM), PLUTO, "left"));
    }

    /** libreswan sends its request whole at first; when that gets lost, in fragments. */
    @Test
    void libreswanInitiatesToKeylane() {
        String narrow = PLUTO + """

                on left nft add table ip narrow
                on left nft add chain ip narrow in '{ type filter hook input priority 0; }'
                on left nft add rule ip narrow in udp sport 500 meta length gt 600 drop""";
        bothSend(run("fragmentation-keylane-by-libreswan", CBC, libreswan(CBC), narrow, "right"));
    }

    private static String swanctl(Tunnel tunnel) {
        return SwanctlConf.right(tunnel).ids(RIGHT, LEFT).text();
    }

    private static String libreswan(Tunnel tunnel) {
        return named(IpsecConf.right(tunnel));
    }

    private static String named(String text) {
        return text.replace("@right", "@" + RIGHT).replace("@left", "@" + LEFT);
    }

    private static Evidence run(String name, Tunnel tunnel, String right, String startRight, String initiator) {
        return Scenario.named(name).within(Duration.ofSeconds(150))
                .file("net.left.conf", SwanctlConf.left(tunnel).ids(LEFT, RIGHT).text() + SETTINGS)
                .file("net.right.conf", right).file("none.conf", "config setup\n  dumpdir=/tmp\n")
                .file("right.secrets", named(IpsecConf.secrets()))
                .run("""
                        %s
                        start_keylane left /out/net.left.conf
                        try_tunnel net %s %s
                        fragments='udp port 500 and udp[24] == 53'
                        captured net "$fragments and src host 10.0.0.1" >left.fragments
                        captured net "$fragments and src host 10.0.0.2" >right.fragments
                        captured net "$fragments and src host 10.0.0.1 and greater %d" >left.larger
                        """.formatted(startRight, initiator, tunnel.pingTarget(), 14 + SIZE + 1));
    }

    private static void bothSend(Evidence evidence) {
        leftSends(evidence);
        assertThat(evidence.number("right.fragments")).as("fragments of the peer's. %s", evidence)
                .isGreaterThanOrEqualTo(2);
    }

    private static void leftSends(Evidence evidence) {
        evidence.completed();
        assertThat(evidence.number("net.initiated"))
                .as("status of initiate, which printed:%n%s%n%s", evidence.text("net.initiate"), evidence).isZero();
        assertThat(evidence.number("net.pinged"))
                .as("status of ping, which printed:%n%s%n%s", evidence.text("net.ping"), evidence).isZero();
        assertThat(evidence.number("left.fragments")).as("fragments of keylane's. %s", evidence)
                .isGreaterThanOrEqualTo(2);
        assertThat(evidence.number("left.larger")).as("those that are too large. %s", evidence).isZero();
        assertThat(evidence.number("net.remaining")).as("SAs at the end. %s", evidence).isZero();
    }
}
