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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every refusal of offload that Linux and mlx5 know, provoked on the lab's card once, with what keylane makes of it; and what
 * cannot be on a device, which keylane asks no peer for: when it is loaded, when a packet wants it, when the peer does, and
 * when a NAT shows late.
 */
@InLab
class OffloadRefusals_LinuxTest {
    private static final Tunnel TUNNEL = new Tunnel("net", Mode.TUNNEL, Family.IPV4, Suite.AES_GCM, true);

    /**
     * @param words of the kernel
     * @param hint  what keylane adds to them, or a piece of it; {@code -} for nothing
     */
    private record Refusal(String name, String words, String hint) {
    }

    private static Refusal refusal(String name, String words, String hint) {
        return new Refusal(name, words, hint);
    }

    /** Of states, as the kernel port asks for them, then of policies, then what the port cannot ask for. */
    private static final List<Refusal> REFUSALS = List.of(
            refusal("tfc-padding", "NEWSA: EINVAL (22): TFC padding can't be offloaded", "tfc_padding = 0"),
            refusal("if-id-inbound", "NEWSA: EINVAL (22): XFRM if_id is not supported in RX path", "no if_id_in"),
            refusal("device-without-offload", "NEWSA: EINVAL (22)", "hw_offload = no, or auto"),
            refusal("crypto-without-esn", "NEWSA: EINVAL (22): Device doesn't support offload with ESN", "aes128gcm16-noesn"),
            refusal("crypto-only", "NEWSA: EINVAL (22): netdevsim: Unsupported ipsec offload type", "hw_offload = crypto, or auto"),
            refusal("authenticated", lane("Cannot offload authenticated xfrm states"), "aes128gcm16"),
            refusal("other-cipher", lane("Only AES-GCM-ICV16 xfrm state may be offloaded"), "aes128gcm16"),
            refusal("key-of-192-bits", lane("Cannot offload xfrm states with AEAD key length other than 128/256 bit"),
                    "aes128gcm16, or aes256gcm16"),
            refusal("no-esn", lane("Cannot offload ESN xfrm states"), "aes128gcm16-noesn"),
            refusal("icmp-selector", lane("Device does not support upper protocol other than TCP/UDP"), "local_ts and remote_ts"),
            refusal("no-crypto", lane("Crypto offload is not supported"), "hw_offload = packet, or auto"),
            refusal("no-udp", lane("Encapsulation is not supported"), "encap = no"),
            refusal("udp-with-crypto", lane("Encapsulation is supported in packet offload mode only"), "encap = no"),
            refusal("udp-tunnel", lane("Encapsulation is supported in transport mode only"), "encap = no"),
            refusal("no-packet", lane("Packet offload is not supported"), "flow_steering_mode value dmfs"),
            refusal("no-tunnel", lane("Packet offload is not supported for tunnel mode"), "mode = transport"),
            refusal("replay-window", lane("Unsupported replay window size"), "replay_window = 32, 64, 128 or 256"),
            refusal("no-reqid", lane("Cannot offload without reqid"), "-"),
            refusal("octet-limits", lane("Hard byte limit must be greater than soft one"), "rekey_bytes below life_bytes"),
            refusal("packet-limits", lane("Hard packet limit must be greater than soft one"),
                    "rekey_packets below life_packets"),
            refusal("busy", "NEWSA: EBUSY (16): lanenic: Device failed to offload this state", "start keylane before OVS"),
            refusal("switch-encapsulates", lane("Packet offload tunnel mode is disabled due to encap settings"),
                    "devlink dev eswitch set pci/ADDRESS encap-mode none"),
            refusal("table-full", "NEWSA: ENOSPC (28): lanenic: Device failed to offload this state", "fewer SAs"),
            refusal("device-without-policies", "NEWPOLICY: EINVAL (22): Policy offload is not supported",
                    "hw_offload = crypto, or auto"),
            refusal("forward-policy", policy("Cannot offload forward policy"), "-"),
            refusal("two-templates", policy("Cannot offload more than one template"), "-"),
            refusal("policy-for-anything", policy("Unsupported policy with reqid 0 without at least one of upper protocol or"
                    + " ip addr(s) different than 0"), "local_ts and remote_ts"),
            refusal("icmp-policy", policy("Device does not support upper protocol other than TCP/UDP"), "local_ts and remote_ts"),
            refusal("no-priorities", policy("Device does not support policy priority"), "flow_steering_mode value dmfs"),
            refusal("last-priority", policy("Device does not support requested policy priority"), "hw_offload = auto"),
            refusal("policy-no-packet", policy("Packet offload is not supported"), "ipsec_packet enable"),
            refusal("policy-no-ipsec", "NEWPOLICY: EOPNOTSUPP (95): lanenic: Device doesn't support IPsec packet offload",
                    "ipsec_packet enable"),
            refusal("policy-busy", "NEWPOLICY: EBUSY (16): lanenic: Device failed to offload this policy",
                    "start keylane before OVS"),
            refusal("policy-table-full", "NEWPOLICY: ENOSPC (28): Device failed to offload this policy", "fewer SAs"),
            refusal("flags", "EINVAL Unrecognized flags in offload request", "-"),
            refusal("direction", "EINVAL Mismatched SA and offload direction", "-"),
            refusal("octet-limit-0", "EINVAL lanenic: Soft/hard byte limits can't be 0", "-"),
            refusal("packet-limit-0", "EINVAL lanenic: Soft/hard packet limits can't be 0", "-"),
            refusal("icv-of-96-bits", "EINVAL lanenic: Only AES-GCM-ICV16 xfrm state may be offloaded", "-"),
            refusal("beet", "EINVAL lanenic: Only transport and tunnel xfrm states may be offloaded", "-"),
            refusal("ah", "EINVAL Type doesn't support offload", "-"),
            refusal("policy-flags", "EINVAL Unrecognized flags in offload request", "-"));

    private static String lane(String words) {
        return "NEWSA: EINVAL (22): lanenic: " + words;
    }

    private static String policy(String words) {
        return "NEWPOLICY: EINVAL (22): lanenic: " + words;
    }

    @TestFactory
    Stream<DynamicTest> refusals() {
        Evidence evidence = Scenario.named("offload-refusals").cards("left").cpus(2).within(Duration.ofSeconds(240))
                .file("trap.conf", left("packet").child("start_action", "trap").text())
                .file("auto.conf", left("auto").text())
                .file("icmp.conf", left("packet").child("local_ts", "10.1.0.0/24[icmp]").text())
                .file("window.conf", left("packet").child("replay_window", "4096").text())
                .file("if-id.conf", left("packet").child("if_id_in", "7").text())
                .file("sim.conf", left("auto").child("interface", "eth0").text())
                .file("right.conf", right().text()).file("nat.conf", right().connection("encap", "yes").text())
                .file("raw.py", RAW).run(SCRIPT);
        List<DynamicTest> tests = new ArrayList<>(List.of(
                DynamicTest.dynamicTest("the script comes to its end", evidence::completed),
                DynamicTest.dynamicTest("each is documented", () -> documented()),
                DynamicTest.dynamicTest("the device is tried when the configuration is loaded", () -> tried(evidence)),
                DynamicTest.dynamicTest("a packet asks no peer for what cannot be", () -> notOnDemand(evidence)),
                DynamicTest.dynamicTest("a peer that asks for it is refused at once", () -> notForPeers(evidence)),
                DynamicTest.dynamicTest("when the device can, the next packet brings it up", () -> later(evidence)),
                DynamicTest.dynamicTest("nor is it asked for what the device cannot do of it", () -> notThisWay(evidence)),
                DynamicTest.dynamicTest("a NAT that shows late ends it before IKE_AUTH", () -> lateNat(evidence)),
                DynamicTest.dynamicTest("auto comes down instead", () -> comesDown(evidence)),
                DynamicTest.dynamicTest("a card that was set otherwise is tried again", () -> cards(evidence)),
                DynamicTest.dynamicTest("SAs that the kernel decrypts by tell of a liar, which auto leaves", () -> inboundLiar(evidence))));
        REFUSALS.forEach(each -> tests.add(DynamicTest.dynamicTest("refusal: " + each.name(), () -> said(evidence, each))));
        return tests.stream();
    }

    private static SwanctlConf left(String offload) {
        return SwanctlConf.left(TUNNEL).child("rekey_time", "1h").child("hw_offload", offload).child("replay_window", "64");
    }

    private static SwanctlConf right() {
        return SwanctlConf.right(TUNNEL).child("rekey_time", "1h");
    }

    private static void said(Evidence evidence, Refusal each) {
        assertThat(evidence.text("refusals").lines().filter(line -> line.startsWith(each.name() + "\t")).toList())
                .as("%s", evidence).singleElement().satisfies(line -> {
                    assertThat(line.split("\t")[1]).isEqualTo(each.words());
                    assertThat(line.split("\t")[2]).contains(each.hint());
                });
    }

    private static void documented() throws IOException {
        String document = Files.readString(Path.of("../docs/offload.md"));
        assertThat(REFUSALS).allSatisfy(each -> assertThat(document).contains(
                each.words().replaceFirst("^(NEW\\w+: )?(E\\w+)( \\(\\d+\\))?(:? (lanenic|netdevsim))?:? ?", "")));
    }

    private static void tried(Evidence evidence) {
        assertThat(evidence.log("left")).contains(
                "nic1 (lanenic): packet offload with replay windows of 32, 64, 128, 256 packets; crypto offload; not packet"
                        + " offload in tunnel mode: NEWSA: EINVAL (22): lanenic: Packet offload is not supported for tunnel mode",
                "connections.net.children.net.hw_offload = packet: NEWSA: EINVAL (22): lanenic: Packet offload is not supported"
                        + " for tunnel mode (nic1 has packet offload in transport mode only: mode = transport, or hw_offload ="
                        + " auto): its SAs will not come up");
        assertThat(evidence.text("conns")).as("%s", evidence).contains("hw-offload-against=children.net.hw_offload = packet: "
                + "NEWSA: EINVAL (22): lanenic: Packet offload is not supported for tunnel mode");
    }

    private static void notOnDemand(Evidence evidence) {
        assertThat(evidence.number("demand.asked")).as("%s", evidence).isZero();
        assertThat(evidence.log("left")).contains("establishing CHILD_SA net failed: children.net.hw_offload = packet: NEWSA:"
                + " EINVAL (22): lanenic: Packet offload is not supported for tunnel mode");
    }

    private static void notForPeers(Evidence evidence) {
        assertThat(evidence.log("left")).contains("auto), sending NO_PROPOSAL_CHOSEN");
        assertThat(evidence.text("peer.initiated")).as("%s", evidence).contains("received NO_PROPOSAL_CHOSEN notify");
    }

    private static void later(Evidence evidence) {
        assertThat(evidence.text("later.sas")).as("%s", evidence).contains("hw-offload=packet hw-device=nic1");
    }

    private static void notThisWay(Evidence evidence) {
        assertThat(evidence.number("ways.asked")).as("%s", evidence).isZero();
        assertThat(evidence.log("left")).contains(
                "children.net.hw_offload = packet: local_ts, remote_ts: NEWPOLICY: EINVAL (22): lanenic: Device does not support"
                        + " upper protocol other than TCP/UDP (nic1 tells TCP and UDP apart, and nothing else: ",
                "children.net.hw_offload = packet: replay_window = 4096: NEWSA: EINVAL (22): lanenic: Unsupported replay window"
                        + " size (nic1 has other sizes of replay windows: replay_window = 32, 64, 128 or 256)",
                "children.net.hw_offload = packet: if_id_in: NEWSA: EINVAL (22): XFRM if_id is not supported in RX path (");
    }

    private static void lateNat(Evidence evidence) {
        assertThat(evidence.number("nat.asked")).as("IKE_SA_INIT and its answer. %s", evidence).isEqualTo(2);
        assertThat(evidence.log("left")).contains("children.net.hw_offload = packet: in UDP, because of a NAT or encap = yes:"
                + " NEWSA: EINVAL (22): lanenic: Encapsulation is supported in transport mode only (nic1 has no such ESP in UDP:"
                + " encap = no and no NAT on the way, or hw_offload = auto)");
    }

    private static void comesDown(Evidence evidence) {
        assertThat(evidence.text("nat.ping")).as("%s", evidence).contains("3 received");
        assertThat(evidence.text("nat.sas")).as("%s", evidence).contains("hw-offload-asked=auto",
                "Encapsulation is supported in transport mode only", "Encapsulation is supported in packet offload mode only")
                .doesNotContain(" hw-offload=");
    }

    private static void cards(Evidence evidence) {
        assertThat(evidence.log("left")).contains("eth0 (netdevsim): no packet offload: ", "; crypto offload",
                "cards [netdevsim1] were set otherwise: their devices are tried again");
    }

    private static void inboundLiar(Evidence evidence) {
        assertThat(evidence.log("left")).contains("nic1: SAs in packet offload are decrypted by the kernel: nic1 does nothing"
                + " with them, or has forgotten them (CHILD_SA net{");
        assertThat(evidence.text("liar.before")).as("%s", evidence).contains("hw-offload=packet", "hw-offload-asked=auto");
        assertThat(evidence.text("liar.after")).as("by new keys, in software. %s", evidence).contains("hw-offload-asked=auto")
                .doesNotContain(" hw-offload=");
        assertThat(evidence.text("liar.ping")).as("%s", evidence).contains("3 received");
        assertThat(evidence.text("liar.metrics")).as("%s", evidence)
                .containsPattern("keylane_offload_doubted_total\\{.*device=\"nic1\".*} [1-9]");
    }

    /** What neither keylane nor {@code ip} asks for. */
    private static final String RAW = """
            import socket, struct, sys
            INDEX = socket.if_nametoindex(sys.argv[1])
            FOREVER = struct.pack("8Q", *[2**64 - 1] * 4, 0, 0, 0, 0)
            kernel = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 6)
            for option in 10, 11:
                kernel.setsockopt(270, option, 1)

            def attribute(number, value):
                return struct.pack("HH", 4 + len(value), number) + value + bytes(-len(value) % 4)

            def ask(name, message, fixed, *attributes):
                body = bytes(fixed) + b"".join(attributes)
                kernel.send(struct.pack("IHHII", 16 + len(body), message, 0x605, 1, 0) + body)
                answer = kernel.recv(65536)
                flags, error = struct.unpack_from("H", answer, 6)[0], -struct.unpack_from("i", answer, 16)[0]
                words, at = "", 36
                while flags & 0x200 and at + 4 <= len(answer):
                    length, number = struct.unpack_from("HH", answer, at)
                    if number == 1:
                        words = answer[at + 4:at + length].rstrip(b"\\0").decode()
                    at += length + -length % 4
                print(name, {0: "taken", 22: "EINVAL"}.get(error, str(error)) + " " + words, "-", sep="\\t")

            def state(name, flags=4, lifetime=FOREVER, mode=1, protocol=50, icv=128, extra=b""):
                info = bytearray(224)
                info[56:60], info[80:84] = socket.inet_aton("192.0.2.2"), socket.inet_aton("192.0.2.1")
                info[72:76], info[76] = struct.pack(">I", 0x20000007), protocol
                info[96:160] = lifetime
                struct.pack_into("IHB", info, 208, 7, socket.AF_INET, mode)
                if protocol == 50:
                    algorithm = attribute(18, struct.pack("64sII", b"rfc4106(gcm(aes))", 160, icv) + bytes(20))
                else:
                    algorithm = attribute(20, struct.pack("64sII", b"hmac(sha256)", 256, 128) + bytes(32))
                ask(name, 0x10, info, algorithm, attribute(28, struct.pack("iB3x", INDEX, flags)), extra)

            state("flags", flags=8)
            state("direction", extra=attribute(33, b"\\1"))
            state("octet-limit-0", lifetime=struct.pack("8Q", 0, *[2**64 - 1] * 3, 0, 0, 0, 0))
            state("packet-limit-0", lifetime=struct.pack("8Q", *[2**64 - 1] * 2, 0, 2**64 - 1, 0, 0, 0, 0))
            state("icv-of-96-bits", icv=96)
            state("beet", mode=4)
            state("ah", mode=0, protocol=51)
            policy = bytearray(168)
            policy[0:4], policy[16:20] = socket.inet_aton("192.0.2.2"), socket.inet_aton("192.0.2.1")
            policy[42], policy[43] = 32, 32
            struct.pack_into("H", policy, 40, socket.AF_INET)
            policy[56:120] = FOREVER
            policy[160] = 1
            ask("policy-flags", 0x13, policy, attribute(28, struct.pack("iB3x", INDEX, 6)))
            """;

    private static final String SCRIPT = """
            mkdir /run/card
            mount -t debugfs debugfs /run/card   # within a namespace, another sysfs hides the usual place
            on left sh -c 'echo "1 1" >/sys/bus/netdevsim/new_device'
            wait_until 10 ip -n left link set eth0 up
            classes=/host/daemon/target/test-classes:/host/daemon/target/classes
            for module in ike pcpu xfrm-netlink rss-steering; do classes+=:/host/$module/target/classes; done
            on left java $jvm_options --enable-native-access=ALL-UNNAMED -cp "$classes:/host/daemon/target/lib/*" \\
                dev.keylane.daemon.offload.RefusalRun nic1 /run/card/lanenic/to-leftp eth0 >refusals 2>run.errors
            on left python3 raw.py nic1 >>refusals
            ip -n left xfrm policy flush; ip -n left xfrm state flush

            say loaded
            start_charon right /out/right.conf
            set_card left can_tunnel 0
            on left sysctl -qw net.core.xfrm_acq_expires=2   # until then the kernel does not ask again
            keylane_options='--http 127.0.0.1:9500'
            start_keylane left /out/trap.conf
            vici left --list-conns --raw >conns 2>/dev/null
            capture demand
            on left ping -q -c 2 -i 0.3 -W 0.3 10.2.0.1 >/dev/null || true
            wait_until 10 grep -q 'establishing CHILD_SA net failed' left.log
            end_capture demand
            captured demand udp >demand.asked
            initiate right net >peer.initiated 2>&1 || true
            terminate right net >>terminated 2>&1 || true
            set_card left can_tunnel 1
            up() { on left ping -q -c 1 -W 0.3 10.2.0.1 >/dev/null; }
            wait_until 40 up
            vici left --list-sas --raw >later.sas 2>/dev/null
            terminate left net >>terminated 2>&1

            no_sas() { [ "$(count_states left)$(count_states right)" = 00 ]; }
            wait_until 10 no_sas
            capture ways
            for way in icmp window if-id; do
              load left /out/$way.conf >>loaded 2>&1
              initiate left net >$way.initiated 2>&1 || true
            done
            end_capture ways
            captured ways udp >ways.asked
            load left /out/trap.conf >>loaded 2>&1

            say a NAT
            load right /out/nat.conf >>loaded 2>&1
            capture nat
            initiate left net >nat.initiated 2>&1 || true
            end_capture nat
            captured nat udp >nat.asked
            load left /out/auto.conf >>loaded 2>&1
            initiate left net >>nat.initiated 2>&1
            on left ping -q -c 3 -i 0.05 -W 1 10.2.0.1 >nat.ping || true
            vici left --list-sas --raw >nat.sas 2>/dev/null
            terminate left net >>terminated 2>&1
            wait_until 10 no_sas

            say a card that is set otherwise
            load left /out/sim.conf >>loaded 2>&1
            on left devlink dev param set netdevsim/netdevsim1 name test1 value false cmode driverinit
            wait_until 10 grep -q 'were set otherwise' left.log

            say a liar
            load left /out/auto.conf >>loaded 2>&1
            load right /out/right.conf >>loaded 2>&1
            sink left 7100
            set_card left liar 1
            initiate left net >liar.initiated 2>&1
            vici left --list-sas --raw >liar.before 2>/dev/null
            told() { send_from right 0 3 10.1.0.1 7100; grep -q 'are decrypted by the kernel' left.log; }
            wait_until 30 told || true
            down() {
              vici left --list-sas --raw >liar.after 2>/dev/null
              grep -q hw-offload-asked=auto liar.after && ! grep -q ' hw-offload=' liar.after
            }
            wait_until 15 down || true
            set_card left liar 0
            on left ping -q -c 3 -i 0.05 -W 1 10.2.0.1 >liar.ping || true
            on left bash -c 'exec 3<>/dev/tcp/127.0.0.1/9500; printf "GET /metrics HTTP/1.0\r\n\r\n" >&3; cat <&3' >liar.metrics
            """;
}
