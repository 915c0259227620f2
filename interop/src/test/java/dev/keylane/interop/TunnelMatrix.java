package dev.keylane.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.interop.lab.Evidence;
import dev.keylane.interop.lab.KernelSa;
import dev.keylane.interop.lab.Scenario;
import dev.keylane.interop.peer.Family;
import dev.keylane.interop.peer.IpsecConf;
import dev.keylane.interop.peer.Mode;
import dev.keylane.interop.peer.Suite;
import dev.keylane.interop.peer.SwanctlConf;
import dev.keylane.interop.peer.Tunnel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * Every mode, IP version, suite and numbering of ESP, and each IP version within the other, one tunnel after the other
 * in one boot: each is loaded, initiated, pinged through and terminated, and is a test of its own.
 */
final class TunnelMatrix {
    private final String name;
    private final String startPeers;
    private final String initiator;
    private final boolean libreswan;

    private TunnelMatrix(String name, String startPeers, String initiator, boolean libreswan) {
        this.name = name;
        this.startPeers = startPeers;
        this.initiator = initiator;
        this.libreswan = libreswan;
    }

    /** {@code startLeft} is a function of the guest, called with the host; {@code initiator} is left or right. */
    static TunnelMatrix withStrongSwan(String name, String startLeft, String initiator) {
        return new TunnelMatrix(name, startLeft + " left\nstart_charon right\n", initiator, false);
    }

    static TunnelMatrix withLibreswan(String name, String startLeft, String initiator) {
        String startPeers = startLeft + " left\nstart_pluto right /out/none.conf /out/right.secrets\n";
        return new TunnelMatrix(name, startPeers, initiator, true);
    }

    Stream<DynamicTest> run(List<Tunnel> tunnels) {
        Scenario scenario = Scenario.named(name).within(Duration.ofSeconds(60 + 8L * tunnels.size()))
                .file("none.conf", "config setup\n  dumpdir=/tmp\n").file("right.secrets", IpsecConf.secrets());
        StringBuilder script = new StringBuilder(startPeers);
        for (Tunnel tunnel : tunnels) {
            scenario.file(tunnel.name() + ".left.conf", SwanctlConf.left(tunnel).text());
            scenario.file(tunnel.name() + ".right.conf",
                    libreswan ? IpsecConf.right(tunnel) : SwanctlConf.right(tunnel).text());
            script.append("try_tunnel %s %s %s%n".formatted(tunnel.name(), initiator, tunnel.pingTarget()));
        }
        Evidence evidence = scenario.run(script.toString());
        return Stream.concat(Stream.of(DynamicTest.dynamicTest("script", evidence::completed)),
                tunnels.stream().map(tunnel ->
                        DynamicTest.dynamicTest(tunnel.name(), () -> carriesPings(evidence, tunnel))));
    }

    static List<Tunnel> everyCombination() {
        List<Tunnel> tunnels = new ArrayList<>();
        for (Mode mode : Mode.values()) {
            for (Family family : Family.values()) {
                for (Suite suite : Suite.values()) {
                    tunnels.add(new Tunnel(nameOf(mode, family, suite, "esn"), mode, family, suite, true));
                    tunnels.add(new Tunnel(nameOf(mode, family, suite, "noesn"), mode, family, suite, false));
                }
            }
        }
        for (Family outer : Family.values()) {
            Family inner = outer == Family.IPV4 ? Family.IPV6 : Family.IPV4;
            tunnels.add(new Tunnel("tunnel-%s-in-%s".formatted(inner, outer).toLowerCase(Locale.ROOT), Mode.TUNNEL, outer,
                    inner, Suite.AES_GCM, true));
        }
        return tunnels;
    }

    private static String nameOf(Mode mode, Family family, Suite suite, String numbers) {
        return "%s-%s-%s-%s".formatted(mode, family, suite, numbers).toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static void carriesPings(Evidence evidence, Tunnel tunnel) {
        String name = tunnel.name();
        assertThat(evidence.number(name + ".initiated"))
                .as("status of initiate, which printed:%n%s%n%s", evidence.text(name + ".initiate"), evidence).isZero();
        assertThat(evidence.number(name + ".pinged"))
                .as("status of ping, which printed:%n%s%n%s", evidence.text(name + ".ping"), evidence).isZero();
        assertThat(evidence.number(name + ".clear")).as("pings in clear on the wire").isZero();
        assertThat(evidence.number(name + ".esp")).as("ESP packets on the wire").isGreaterThanOrEqualTo(6);
        for (String host : List.of("left", "right")) {
            hasOnePair(evidence.states(name + "." + host), host, tunnel);
        }
        assertThat(evidence.number(name + ".remaining")).as("SAs that are left after the end. %s", evidence).isZero();
    }

    private static void hasOnePair(List<KernelSa> states, String host, Tunnel tunnel) {
        assertThat(states).as("SAs of %s", host).hasSize(2).allSatisfy(sa -> {
            assertThat(sa.mode()).isEqualTo(tunnel.mode().text());
            assertThat(sa.algorithm()).isEqualTo(tunnel.suite().kernelAlgorithm);
            assertThat(sa.keyBits()).isEqualTo(tunnel.suite().keyBits);
            assertThat(sa.esn()).as("ESN").isEqualTo(tunnel.esn());
            assertThat(sa.packets()).as("packets").isGreaterThanOrEqualTo(3);
        });
        assertThat(states).as("one SA a direction").extracting(KernelSa::source)
                .containsExactlyInAnyOrder(tunnel.family().left, tunnel.family().right);
    }
}
