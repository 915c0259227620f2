package dev.keylane.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.interop.lab.Evidence;
import dev.keylane.interop.lab.InLab;
import dev.keylane.interop.lab.KernelSa;
import dev.keylane.interop.lab.Scenario;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The two files that BlueField operators copy, {@code examples/bluefield}, encrypt VXLAN between two hosts. The lab's
 * devices offload nothing, so the files are used twice: as they are, to see the kernel refuse, and without offload.
 * strongSwan 6.1 itself takes neither {@code hw_offload = full} nor the blank in {@code 3.3.3.2/24 [udp/4789]}.
 */
@InLab
class BlueFieldFiles_StrongSwanTest {
    @Test
    void keylaneOnTheLeft() {
        vxlanIsEncrypted(vxlan("bluefield-keylane-left", """
                start_keylane left /out/no-offload.L.conf
                start_charon right /out/strongswan.R.conf
                """));
    }

    @Test
    void keylaneOnTheRight() {
        vxlanIsEncrypted(vxlan("bluefield-keylane-right", """
                start_charon left /out/strongswan.L.conf
                start_keylane right /out/no-offload.R.conf
                """));
    }

    @Test
    void deviceThatOffloadsNothingRefuses() {
        Evidence evidence = Scenario.named("bluefield-unchanged").within(Duration.ofSeconds(150)).run(PREPARE + """
            start_keylane left /host/examples/bluefield/BFL.swanctl.conf
            start_charon right /out/strongswan.R.conf
            status=0; initiate left bf >initiate 2>&1 || status=$?
            echo $status >initiated
            terminate left BFL-BFR >/dev/null 2>&1 || true
            wait_until 20 no_states || true
            { states left; states right; } | wc -l >remaining
            policies left >policies
            """).completed();
        assertThat(evidence.number("initiated")).as("status of the initiation. %s", evidence).isPositive();
        assertThat(evidence.log("left")).as("keylane's log. %s", evidence).containsPattern("EINVAL|Invalid argument");
        assertThat(evidence.number("remaining")).as("SAs that are left. %s", evidence).isZero();
        assertThat(evidence.number("policies")).as("policies that are left. %s", evidence).isZero();
    }

    private static Evidence vxlan(String name, String start) {
        return Scenario.named(name).within(Duration.ofSeconds(150)).run(PREPARE + start + """
            initiate left bf >initiate 2>&1
            capture all
            on left ping -I 172.16.0.1 -c 5 -i 0.1 172.16.0.2 >ping
            end_capture all
            captured all esp >esp
            captured all udp port 4789 >clear
            snapshot after
            """);
    }

    private static void vxlanIsEncrypted(Evidence evidence) {
        evidence.completed();
        assertThat(evidence.text("ping")).as("ping in the VXLAN").contains("5 received");
        assertThat(evidence.number("clear")).as("VXLAN packets in clear on the wire").isZero();
        assertThat(evidence.number("esp")).as("ESP packets on the wire").isGreaterThanOrEqualTo(10);
        for (String host : List.of("left", "right")) {
            List<KernelSa> states = evidence.states("after." + host);
            assertThat(states).as("SAs of %s. %s", host, evidence).hasSize(2).allSatisfy(sa -> {
                assertThat(sa.mode()).isEqualTo("transport");
                assertThat(sa.esn()).as("ESN").isTrue();
                assertThat(sa.packets()).as("packets").isGreaterThanOrEqualTo(5);
            }).extracting(KernelSa::algorithm).containsOnly("rfc4106(gcm(aes))");
        }
    }

    /** The selectors want 4789 as source port too, which the device takes from the range of local ports. */
    private static final String PREPARE = """
        host_with_vxlan() { # HOST ADDRESS PEER INNER
          on $1 sysctl -qw net.ipv4.ip_local_port_range='4789 4789'
          ip -n $1 addr add $2/24 dev eth0
          ip -n $1 link add vxlan type vxlan id 50 local $2 remote $3 dstport 4789
          ip -n $1 addr add $4/24 dev vxlan
          ip -n $1 link set vxlan up
        }
        host_with_vxlan left 3.3.3.2 3.3.3.3 172.16.0.1
        host_with_vxlan right 3.3.3.3 3.3.3.2 172.16.0.2
        for side in L R; do
          file=/host/examples/bluefield/BF$side.swanctl.conf
          sed 's/hw_offload = full/hw_offload = no/' "$file" >no-offload.$side.conf
          sed 's/24 \\[/24[/' no-offload.$side.conf >strongswan.$side.conf
          [ -z "$STAND_IN" ] || cp strongswan.$side.conf no-offload.$side.conf
        done
        """;
}
