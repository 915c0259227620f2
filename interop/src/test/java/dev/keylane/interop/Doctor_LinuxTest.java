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
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code keylane doctor} on a card with packet offload, on one with crypto offload and a switch, and on a plain device. */
@InLab
class Doctor_LinuxTest {
    private static final Tunnel TUNNEL = new Tunnel("net", Mode.TUNNEL, Family.IPV4, Suite.AES_GCM, false);
    private static Evidence evidence;

    @BeforeAll
    static void run() {
        evidence = Scenario.named("doctor").cards("right").cpus(2).within(Duration.ofSeconds(240))
                .file("left.conf", SwanctlConf.left(TUNNEL).text())
                .file("right.conf", SwanctlConf.right(TUNNEL).child("hw_offload", "packet").text()).run(SCRIPT);
        evidence.completed();
    }

    /** The line of a check, {@code packet-offload} of the system or {@code nic2 packet-offload} of a device. */
    private static Optional<String> line(String phase, String check) {
        return evidence.text(phase).lines().filter(line -> line.substring(Math.min(6, line.length())).startsWith(check + ": "))
                .findFirst();
    }

    private static void expect(String phase, String check, String line) {
        assertThat(line(phase, check)).as("%s", evidence).hasValue(line);
    }

    private static void expectExit(String phase, int code) {
        assertThat(evidence.text(phase)).as("%s", evidence).endsWith("exit " + code + "\n");
    }

    @Test
    void aCardThatCanDoAllIsFine() {
        expect("plain", "rights", "ok    rights: CAP_NET_ADMIN and CAP_BPF");
        for (String check : List.of("esp4", "esp6", "per-cpu-sas", "sa-direction", "migrate-state", "offload-modules", "cpus",
                "foreign-state", "ike-ports", "ovs", "nic2 link", "nic2 crypto-offload", "nic2 queues", "nic2 interrupts",
                "nic2 xdp", "nic2 tcx", "nic2 eswitch", "nic2 tc-rules", "nic2 disable-xfrm", "nic2 disable-policy")) {
            assertThat(line("plain", check)).as("%s in %s", check, evidence).hasValueSatisfying(line ->
                    assertThat(line).startsWith("ok "));
        }
        expect("plain", "nic2 esp-features", "ok    nic2 esp-features: on: esp-hw-offload");
        expect("plain", "nic2 packet-offload",
                "ok    nic2 packet-offload: takes states and policies, replay windows of 32, 64, 128, 256 packets");
        expect("plain", "nic2 packet-offload-udp-tunnel", "ok    nic2 packet-offload-udp-tunnel: not UDP encapsulation in"
                + " tunnel mode: NEWSA: EINVAL (22): lanenic: Encapsulation is supported in transport mode only");
        expect("plain", "nic2 esp-spreading",
                "ok    nic2 esp-spreading: steering = spi: Toeplitz over the SPI, 128 entries, 2 queues on 2 CPUs");
        expectExit("plain", 0);
    }

    @Test
    void nothingOfTheTriesIsLeft() {
        assertThat(evidence.text("left-over")).as("states and policies").isEmpty();
        assertThat(evidence.text("left-over-in-card")).as("in the card").isEmpty();
    }

    @Test
    void theSameAsJson() {
        assertThat(evidence.text("json-verdicts").lines()).as("%s", evidence)
                .contains("system xfrm ok", "nic2 packet-offload ok", "nic2 esp-spreading ok", "verdict warn");
        assertThat(evidence.text("json-mend")).isEqualTo("mount -t bpf bpf /sys/fs/bpf\n");
    }

    @Test
    void whatIsInTheCardIsCountedAndWhatIsForeignIsSaid() {
        expect("in-use", "nic2 ipsec-counters", "ok    nic2 ipsec-counters: ipsec_tx_pkts 3, ipsec_tx_bytes "
                + evidence.text("in-use-bytes").strip() + ", nothing dropped");
        expect("in-use", "foreign-state", "warn  foreign-state: 1 SAs and 1 policies are not keylane's, such as"
                + " esp/00000101/10.0.0.1 with reqid 1 -> ip xfrm state; ip xfrm policy; and stop whoever has made them");
    }

    @Test
    void eachRefusalHasItsKnob() {
        assertThat(line("busy", "nic2 packet-offload")).as("%s", evidence).hasValueSatisfying(line -> assertThat(line)
                .startsWith("warn  nic2 packet-offload: NEWSA: EBUSY (16): ").contains("holds TC rules or the IPsec of a VF",
                        " -> ovs-vsctl set Open_vSwitch . other_config:hw-offload=false, or start keylane before OVS"));
        expect("encap", "nic2 packet-offload-tunnel", "warn  nic2 packet-offload-tunnel: NEWSA: EINVAL (22): lanenic: Packet"
                + " offload tunnel mode is disabled due to encap settings: the card's switch encapsulates packets itself"
                + " -> devlink dev eswitch set pci/ADDRESS encap-mode none");
        expect("crypto-only", "nic2 crypto-offload", "ok    nic2 crypto-offload: takes a state");
        assertThat(line("crypto-only", "nic2 packet-offload")).as("%s", evidence).hasValueSatisfying(line -> assertThat(line)
                .startsWith("warn  nic2 packet-offload: NEWSA: EINVAL (22): lanenic: Packet offload is not supported: ")
                .contains("flow_steering_mode value dmfs"));
    }

    @Test
    void whatIsKeylanesIsNotForeign() {
        assertThat(line("keyed", "ike-ports")).as("%s", evidence).hasValue("ok    ike-ports: UDP 500 and 4500 are keylane's");
        assertThat(line("keyed", "foreign-state")).as("%s", evidence).hasValueSatisfying(line ->
                assertThat(line).matches("ok    foreign-state: 2 SAs and \\d+ policies of keylane's, and no others"));
        assertThat(line("killed", "foreign-state")).as("%s", evidence).hasValueSatisfying(line -> assertThat(line).matches(
                "warn  foreign-state: 2 SAs and \\d+ policies of keylane's, which does not run -> .*"));
    }

    @Test
    void theDaemonExportsTheCardsCountersAndSaysWhatARefusalComesFrom() {
        assertThat(evidence.text("metrics")).as("%s", evidence).contains(
                "keylane_device_ipsec_tx_pkts_total{device=\"nic2\"} 6.0",
                "keylane_device_ipsec_rx_pkts_total{device=\"nic2\"} 3.0",
                "keylane_device_ipsec_rx_drop_pkts_total{device=\"nic2\"} 0.0",
                "keylane_kernel_up 1", "keylane_kernel_lost_packets_total{reason=\"XfrmInNoStates\"} ")
                .containsPattern("\nkeylane_sa_sent_packets_total\\{[^}]*child=\"net\"[^}]*\\} 3(\\.0)?\n")
                .containsPattern("\nkeylane_sa_offload\\{[^}]*packet[^}]*\\} 1");
        assertThat(evidence.number("refused")).as("%s", evidence).isPositive();
        assertThat(evidence.log("right")).as("%s", evidence).contains("EBUSY (16): lanenic: Device failed to offload this state"
                + " (the card's switch holds TC rules or the IPsec of a VF, and takes IPsec only before those: ovs-vsctl set ");
    }

    @Test
    void whatIsSetWrongFails() {
        expect("broken", "nic2 esp-features",
                "warn  nic2 esp-features: off: esp-hw-offload -> ethtool -K nic2 esp-hw-offload on");
        expect("broken", "nic2 disable-xfrm", "fail  nic2 disable-xfrm: what leaves by nic2 is not encrypted"
                + " -> sysctl -w net/ipv4/conf/nic2/disable_xfrm=0");
        expect("broken", "nic2 napi-threads", "warn  nic2 napi-threads: nic2 polls in threads, which run anywhere"
                + " -> echo 0 >/sys/class/net/nic2/threaded");
        expect("broken", "nic2 queues", "warn  nic2 queues: 1 to receive into, for 2 CPUs -> ethtool -L nic2 combined 2");
        assertThat(line("broken", "ike-ports")).as("%s", evidence).hasValueSatisfying(line -> assertThat(line)
                .matches("fail  ike-ports: UDP port in use: 500 by socat \\(process \\d+\\) -> kill \\d+"));
        expectExit("broken", 1);
    }

    @Test
    void aPlainDeviceIsToldFromACard() {
        expect("veth", "kv0 link", "fail  kv0 link: down, driver veth -> ip link set kv0 up");
        expect("veth", "kv0 esp-features",
                "ok    kv0 esp-features: no esp-hw-offload: ESP is the CPUs' work, with hw_offload = no or auto");
        assertThat(line("veth", "kv0 packet-offload")).isEmpty();
        assertThat(line("veth", "kv0 esp-spreading")).hasValueSatisfying(line ->
                assertThat(line).startsWith("warn ").endsWith(" -> steering = xdp"));
        expectExit("veth", 1);
    }

    @Test
    void theSwitchAndItsRulesAreSeen() {
        expect("legacy", "eth0 eswitch", "ok    eth0 eswitch: netdevsim/netdevsim1 is in mode legacy");
        expect("legacy", "eth0 crypto-offload", "ok    eth0 crypto-offload: takes a state");
        expect("legacy", "eth0 tc-rules", "ok    eth0 tc-rules: none in the device");
        expect("switchdev", "eth0 eswitch", "ok    eth0 eswitch: netdevsim/netdevsim1 is in mode switchdev");
        assertThat(line("switchdev", "eth0 tc-rules")).as("%s", evidence).hasValueSatisfying(line -> assertThat(line)
                .startsWith("warn  eth0 tc-rules: 1 in the device (flower), and IPsec before TC: ")
                .contains("other_config:hw-offload=false"));
    }

    /** VFs' ports are there as soon as the switch is; of ipsec_packet this driver does not tell. */
    @Test
    void aVfsRepresentorIsToldFromTheCard() {
        expect("representor", "eth1 functions", "ok    eth1 functions: stands for the function behind netdevsim/netdevsim1/128"
                + " (pcivf), whose card does not tell of ipsec_packet; IPsec is for the function's own device");
        expect("representor", "eth1 eswitch", "ok    eth1 eswitch: netdevsim/netdevsim1 is in mode switchdev");
        expect("representor", "eth1 esp-features",
                "ok    eth1 esp-features: no esp-hw-offload: ESP is the CPUs' work, with hw_offload = no or auto");
        assertThat(line("representor", "eth1 packet-offload")).isEmpty();
        assertThat(evidence.text("function-bit")).as("%s", evidence).contains("support ipsec_packet function attribute");
        assertThat(evidence.text("encap-mode")).as("%s", evidence).contains("Operation not supported");
    }

    @Test
    void allDevicesWithAnAddressAreSeen() {
        assertThat(evidence.text("all").lines().filter(line -> line.contains(" link: ")).map(line -> line.split(" +")[1]))
                .containsExactly("lan", "nic2");
    }

    @Test
    void aDeviceThatIsNotThereIsAMistake() {
        assertThat(evidence.text("nowhere")).startsWith("keylane: there is no device nowhere0\n");
        expectExit("nowhere", 2);
    }

    @Test
    void withoutRightsWhatNeedsThemIsLeftOut() {
        expect("unprivileged", "rights", "warn  rights: no CAP_NET_ADMIN: much is left out here, and a daemon would have its software kernel alone"
                + " -> sudo keylane doctor");
        expect("unprivileged", "xfrm", "warn  xfrm: needs root -> sudo keylane doctor");
        expect("unprivileged", "nic2 packet-offload", "warn  nic2 packet-offload: needs root -> sudo keylane doctor");
        expect("unprivileged", "nic2 esp-features", "ok    nic2 esp-features: on: esp-hw-offload");
        expectExit("unprivileged", 0);
    }

    private static final String SCRIPT = """
            classes=/host/daemon/target/test-classes:/host/daemon/target/classes
            for module in ike pcpu xfrm-netlink rss-steering; do classes+=:/host/$module/target/classes; done
            java=(java $jvm_options --enable-native-access=ALL-UNNAMED -cp "$classes:/host/daemon/target/lib/*")
            coproc KEYLANE { on right "${java[@]}" dev.keylane.cli.CommandLoop 2>errors; }
            keylane() { # ARGUMENT...: as the command, with its exit code at the end
              local line
              echo "$*" >&"${KEYLANE[1]}"
              while read -r line <&"${KEYLANE[0]}" && [ "$line" != . ]; do echo "$line"; done
            }

            { status=0
              on right setpriv --bounding-set=-all --inh-caps=-all "${java[@]}" dev.keylane.cli.Keylane doctor nic2 || status=$?
              echo "exit $status"; } >unprivileged 2>&1 &
            unprivileged=$!
            keylane doctor nic2 >plain
            { ip -n right xfrm state; ip -n right xfrm policy list nosock; } >left-over
            { in_card right sas; in_card right policies; } >left-over-in-card
            keylane doctor nic2 --json >report
            sed '$d' report >report.json
            jq -r '(.system[] | "system \\(.check) \\(.verdict)"), (.devices[] | .device as $d | .checks[]
              | "\\($d) \\(.check) \\(.verdict)"), "verdict \\(.verdict)"' report.json >json-verdicts
            jq -r '.system[] | select(.check == "bpffs") | .mend' report.json >json-mend
            keylane doctor >all
            keylane doctor nowhere0 >nowhere

            say refusals
            set_card right busy 1; keylane doctor nic2 >busy; set_card right busy 0
            set_card right encap_blocks_tunnel 1; keylane doctor nic2 >encap; set_card right encap_blocks_tunnel 0
            set_card right can_packet 0; keylane doctor nic2 >crypto-only; set_card right can_packet 1

            say in use
            ip -n right xfrm state add src 10.0.0.2 dst 10.0.0.1 proto esp spi 0x101 reqid 1 mode transport \\
                aead 'rfc4106(gcm(aes))' 0x0102030405060708090a0b0c0d0e0f1011121314 128 offload packet dev nic2 dir out
            ip -n right xfrm policy add src 10.0.0.2 dst 10.0.0.1 dir out offload packet dev nic2 \\
                tmpl src 10.0.0.2 dst 10.0.0.1 proto esp reqid 1 mode transport
            on right ping -q -c 3 -i 0.01 -W 0.1 10.0.0.1 >/dev/null || true
            keylane doctor nic2 >in-use
            on right ethtool -S nic2 | awk '$1 == "ipsec_tx_bytes:" { print $2 }' >in-use-bytes
            ip -n right xfrm policy flush
            ip -n right xfrm state flush

            say keyed
            start_charon left /out/left.conf
            keylane_options='--http 127.0.0.1:9500'
            start_keylane right /out/right.conf
            initiate right net >initiate 2>&1
            on right ping -q -c 3 -i 0.01 -W 1 -I 10.2.0.1 10.1.0.1 >ping
            keylane doctor nic2 --control /run/right.vici >keyed
            on right bash -c 'exec 3<>/dev/tcp/127.0.0.1/9500; printf "GET /metrics HTTP/1.0\r\n\r\n" >&3; cat <&3' >metrics
            terminate right net >terminate 2>&1
            set_card right busy 1
            status=0; initiate right net >initiate-busy 2>&1 || status=$?
            echo $status >refused
            set_card right busy 0
            initiate right net >>initiate 2>&1
            stop right KILL
            keylane doctor nic2 --control /run/right.vici >killed
            rm /run/right.vici

            say broken
            on right ethtool -K nic2 esp-hw-offload off
            on right ethtool -L nic2 combined 1
            on right sh -c 'echo 1 >/sys/class/net/nic2/threaded'
            on right sysctl -qw net/ipv4/conf/nic2/disable_xfrm=1
            ip netns exec right socat -u UDP4-RECV:500 /dev/null &
            wait_until 10 grep -q ':01F4 ' /proc/$!/net/udp
            keylane doctor nic2 >broken
            kill $!

            say other devices
            ip -n right link add kv0 type veth peer name kv1
            keylane doctor kv0 >veth
            on right sh -c 'echo "1 1" >/sys/bus/netdevsim/new_device'
            wait_until 10 ip -n right link set eth0 up
            keylane doctor eth0 >legacy
            echo 2 >/sys/bus/netdevsim/devices/netdevsim1/sriov_numvfs
            on right devlink dev eswitch set netdevsim/netdevsim1 mode switchdev
            wait_until 10 ip -n right link set eth1 up
            keylane doctor eth1 >representor
            on right devlink port function set netdevsim/netdevsim1/128 ipsec_packet enable >function-bit 2>&1 || true
            on right devlink dev eswitch set netdevsim/netdevsim1 encap-mode basic >encap-mode 2>&1 || true
            on right ethtool -K eth0 hw-tc-offload on
            on right tc qdisc add dev eth0 clsact
            on right tc filter add dev eth0 ingress protocol ip flower skip_sw dst_ip 10.9.9.9 action drop
            keylane doctor eth0 >switchdev
            say done
            wait $unprivileged
            """;
}
