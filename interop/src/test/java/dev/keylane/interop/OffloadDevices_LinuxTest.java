package dev.keylane.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.interop.lab.Evidence;
import dev.keylane.interop.lab.InLab;
import dev.keylane.interop.lab.Scenario;
import dev.keylane.interop.peer.Family;
import dev.keylane.interop.peer.Mode;
import dev.keylane.interop.peer.Suite;
import dev.keylane.interop.peer.SwanctlConf;
import dev.keylane.interop.peer.Tunnel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Offload where packets leave by another device than the card: a VLAN on it, a bond over it, an address that is not the
 * card's. What the card can take it takes; where it cannot, it is said why, and nothing is lost. Right is strongSwan.
 */
@InLab
class OffloadDevices_LinuxTest {
    private static final Map<String, SwanctlConf> LEFT = Map.of(
            "vlan-packet", vlan("vlan-packet", true).child("hw_offload", "packet"),
            "vlan-below", vlan("vlan-below", true).child("hw_offload", "packet").child("interface", "nic1"),
            "vlan-auto", vlan("vlan-auto", true).child("hw_offload", "auto"),
            "far-packet", far("far-packet", true).child("hw_offload", "packet"),
            "far-named", far("far-named", true).child("hw_offload", "packet").child("interface", "nic1"),
            "flow", flow("flow", true).child("hw_offload", "packet"),
            "bond-packet", plain("bond-packet", true).child("hw_offload", "packet"),
            "bond-slave", plain("bond-slave", true).child("hw_offload", "packet").child("interface", "nic1"),
            "bond-crypto", plain("bond-crypto", true).child("hw_offload", "crypto"));
    private static final Map<String, SwanctlConf> RIGHT = Map.of(
            "vlan-auto", vlan("vlan-auto", false), "far-named", far("far-named", false), "flow", flow("flow", false),
            "bond-crypto", plain("bond-crypto", false));
    private static Evidence evidence;

    @BeforeAll
    static void run() {
        evidence = Scenario.named("offload-devices").cards("left").cpus(2).within(Duration.ofSeconds(200))
                .file("left.conf", text(LEFT)).file("right.conf", text(RIGHT)).file("flow.py", FLOW_PY).run(SCRIPT);
        evidence.completed();
    }

    @Test
    void aVlanHasNoPacketOffloadNorHasTheCardBelowItForItsPackets() {
        refused("vlan-packet", "hw_offload = packet: NEWSA: EINVAL (22)");
        refused("vlan-below", "packets to 10.5.0.2 leave by nic1.5, not by nic1");
        assertThat(evidence.text("vlan-auto.ping")).as("%s", evidence).contains("3 received");
        assertThat(evidence.text("vlan-auto.states")).as("%s", evidence).contains("10.5.0.1").doesNotContain("offload");
        assertThat(evidence.log("left")).contains("vlan-auto{1}: hw_offload = auto: software (packet on nic1.5: ");
    }

    @Test
    void anAddressThatIsNotTheCardsIsItsBusinessWhereTheCardIsNamed() {
        refused("far-packet", "packets to 10.2.0.1 leave by nic1, not by lan (interface = nic1 would name that)");
        assertThat(evidence.text("far-named.ping")).as("%s", evidence).contains("3 received");
        assertThat(counted("far-named.card")).as("%s", evidence).hasSize(2).allMatch(line -> line.contains("offload=packet"));
    }

    @Test
    void aBondHasCryptoOffloadOfItsActiveSlaveAndTakesItAlong() {
        refused("bond-packet", "NEWPOLICY: EINVAL (22): Policy offload is not supported");
        refused("bond-slave", "packets to 10.0.0.2 leave by bond0, not by nic1");
        assertThat(evidence.text("bond-crypto.ping")).as("%s", evidence).contains("3 received");
        assertThat(counted("bond-crypto.card")).as("%s", evidence).hasSize(2).allMatch(line -> line.contains("offload=crypto"));
        assertThat(counted("bond.spare")).as("after nic1 was switched off. %s", evidence).hasSize(2);
        assertThat(evidence.text("bond.after")).as("%s", evidence).contains("3 received");
        assertThat(evidence.log("left")).as("no key was lost").doesNotContain("CHILD_SAs bond-crypto");
    }

    /** The kernel has no third name for its policy, so what lies beneath goes by marks. */
    @Test
    void aSingleFlowIsHeldBackWhateverItsMark() {
        assertThat(evidence.text("flow.sent").lines()).as("%s", evidence).containsExactly("0 sent", "7 sent");
        assertThat(counted("flow.card")).as("%s", evidence).anyMatch(line -> line.contains("dir=out"));
        assertThat(evidence.text("flow.held").lines()).as("%s", evidence).hasSize(4)
                .allMatch(line -> line.endsWith(" Operation not permitted"));
        assertThat(evidence.number("flow.aside")).as("octets that left by another way. %s", evidence).isZero();
    }

    /** Linux knows an SA by destination, SPI, protocol and mark: not by its device, nor by its interface id. */
    @Test
    void twoDevicesOfOneNamespaceAreToldApartByMarksAlone() {
        assertThat(evidence.text("second.device")).as("%s", evidence).contains("File exists");
        assertThat(evidence.text("second.if_id")).as("%s", evidence).contains("XFRM if_id is not supported in RX path");
        assertThat(evidence.text("second.mark")).as("%s", evidence).isEqualTo("0\n");
        assertThat(evidence.number("second.cards")).as("cards with this SA. %s", evidence).isEqualTo(2);
    }

    private static List<String> counted(String file) {
        return evidence.text(file).lines().filter(line -> !line.contains(" packets=0 ")).collect(Collectors.toList());
    }

    private static void refused(String child, String words) {
        assertThat(evidence.number(child + ".initiated")).as("status of %s. %s", child, evidence).isNotZero();
        assertThat(evidence.text(child + ".initiate")).as("%s", evidence).contains("children." + child, words);
        assertThat(evidence.text(child + ".card")).as("%s", evidence).isEmpty();
    }

    private static SwanctlConf plain(String name, boolean left) {
        Tunnel tunnel = new Tunnel(name, Mode.TUNNEL, Family.IPV4, Suite.AES_GCM, true);
        return left ? SwanctlConf.left(tunnel).ids("left", name) : SwanctlConf.right(tunnel).ids(name, "left");
    }

    private static SwanctlConf vlan(String name, boolean left) {
        Tunnel tunnel = new Tunnel(name, Mode.TRANSPORT, Family.IPV4, Suite.AES_GCM, true);
        SwanctlConf conf = left ? SwanctlConf.left(tunnel).ids("left", name) : SwanctlConf.right(tunnel).ids(name, "left");
        return conf.connection("local_addrs", left ? "10.5.0.1" : "10.5.0.2")
                .connection("remote_addrs", left ? "10.5.0.2" : "10.5.0.1");
    }

    private static SwanctlConf far(String name, boolean left) {
        return vlan(name, left).connection("local_addrs", left ? "10.1.0.1" : "10.2.0.1")
                .connection("remote_addrs", left ? "10.2.0.1" : "10.1.0.1");
    }

    private static SwanctlConf flow(String name, boolean left) {
        String ours = "10.1.0.1/32[udp/7777]";
        String theirs = "10.2.0.1/32[udp/8888]";
        return plain(name, left).child("local_ts", left ? ours : theirs).child("remote_ts", left ? theirs : ours);
    }

    private static String text(Map<String, SwanctlConf> conf) {
        return conf.values().stream().map(SwanctlConf::text).collect(Collectors.joining());
    }

    /** From a single flow's socket, with these marks. */
    private static final String FLOW_PY = """
            import socket, sys
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
                out.bind(("10.1.0.1", 7777))
                for mark in map(int, sys.argv[1:]):
                    out.setsockopt(socket.SOL_SOCKET, 36, mark)  # SO_MARK
                    try:
                        out.sendto(bytes(500), ("10.2.0.1", 8888))
                        print(mark, "sent")
                    except OSError as refused:
                        print(mark, refused.strerror)
            """;

    private static final String SCRIPT = """
            end_capture wire
            vlan() { # HOST N DEVICE PEER
              ip -n $1 link add link $3 name $3.5 type vlan id 5
              ip -n $1 addr add 10.5.0.$2/24 dev $3.5
              ip -n $1 link set $3.5 up
              ip -n $1 neigh replace 10.5.0.$4 lladdr 02:00:00:00:00:0$4 dev $3.5 nud permanent
            }
            vlan left 1 nic1 2
            vlan right 2 eth0 1
            start_charon right /out/right.conf
            start_keylane left /out/left.conf
            try() { # CHILD PEER
              local status=0
              say $1
              initiate left $1 >$1.initiate 2>&1 || status=$?
              echo $status >$1.initiated
              [ $status != 0 ] || on left ping -q -c 3 -i 0.05 -W 2 $2 >$1.ping || true
              sas_in_card left >$1.card
              on left ip xfrm state >$1.states
            }
            finish() { terminate left $1 >/dev/null 2>&1 || true; wait_until 10 no_states || true; }
            for child in vlan-packet vlan-below; do try $child 10.5.0.2; done
            try vlan-auto 10.5.0.2; finish vlan-auto
            try far-packet 10.2.0.1
            try far-named 10.2.0.1; finish far-named

            try flow 10.0.0.2
            on left python3 flow.py 0 7 >flow.sent
            in_card left sas >flow.card
            ip -n left link set nic1 down
            card_is_empty() { [ -z "$(in_card left sas)" ]; }
            wait_until 10 card_is_empty
            ip -n left link add aside type dummy
            on left sysctl -qw net.ipv6.conf.aside.disable_ipv6=1   # it would say things by itself
            ip -n left link set aside up
            ip -n left route add 10.2.0.0/24 dev aside src 10.1.0.1
            on left python3 flow.py 0 1 6 7 >flow.held
            on left cat /sys/class/net/aside/statistics/tx_bytes >flow.aside
            ip -n left link del aside
            vici left --terminate --ike flow --force >/dev/null 2>&1 || true
            vici right --terminate --ike flow --force >/dev/null 2>&1 || true
            wait_until 10 no_states || true

            say bond
            insmod /out/.lab/bonding.ko
            ip -n left link del nic1.5
            ip -n left addr flush dev nic1
            ip -n left link add bond0 type bond mode active-backup miimon 50
            ip -n wire link add to-spare type lanenic
            ip -n wire link set to-sparep netns left name nic3
            ip -n wire link set to-spare master bridge up
            for slave in nic1 nic3; do ip -n left link set $slave master bond0; done
            ip -n left link set bond0 address 02:00:00:00:00:01 up
            ip -n left addr add 10.0.0.1/24 dev bond0
            ip -n left neigh replace 10.0.0.2 lladdr 02:00:00:00:00:02 dev bond0 nud permanent
            ip -n left route replace 10.2.0.0/24 via 10.0.0.2 src 10.1.0.1
            wait_until 20 on left ping -c 1 -W 1 10.0.0.2
            for child in bond-packet bond-slave; do try $child 10.2.0.1; done
            try bond-crypto 10.2.0.1
            ip -n left link set nic1 down
            wait_until 10 on left ping -c 1 -W 1 10.2.0.1
            on left ping -q -c 3 -i 0.05 -W 2 10.2.0.1 >bond.after || true
            cat /sys/kernel/debug/lanenic/to-sparep/sas >bond.spare
            finish bond-crypto

            say domains
            ip -n left link set nic1 nomaster
            ip -n left link set nic3 nomaster
            ip -n left link set nic1 up
            ip -n left link set nic3 up
            second() { # DEVICE WHAT...
              ip -n left xfrm state add src 10.0.0.2 dst 10.0.0.1 proto esp spi 0x1001 reqid 77 mode tunnel \\
                aead 'rfc4106(gcm(aes))' 0x000102030405060708090a0b0c0d0e0f10111213 128 "${@:2}" \\
                offload packet dev $1 dir in
            }
            second nic1
            second nic3 >second.device 2>&1 || true
            second nic3 if_id 5 >second.if_id 2>&1 || true
            ip -n left xfrm state deleteall reqid 77
            second nic1 mark 4 mask 0xff
            status=0; second nic3 mark 5 mask 0xff || status=$?
            echo $status >second.mark
            { in_card left sas; cat /sys/kernel/debug/lanenic/to-sparep/sas; } | grep -c 0x00001001 >second.cards || true
            """;
}
