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
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * keylane with a card against strongSwan in software. In packet offload the card does all ESP, through rekeyings by either
 * end; {@code hw_offload = auto} comes down as far as the card's faults make it, and says why in the card's words.
 */
@InLab
class OffloadLadder_StrongSwanTest {
    private static final Tunnel TUNNEL = new Tunnel("net", Mode.TUNNEL, Family.IPV4, Suite.AES_GCM, true);

    /** @param words the kernel's about packet offload */
    private record Fault(String name, String knobs, String granted, String words) {
    }

    private static final List<Fault> FAULTS = List.of(
            new Fault("none", "", "packet", ""),
            new Fault("no-packet", "can_packet=0", "crypto", "NEWSA: EINVAL (22): lanenic: Packet offload is not supported"),
            new Fault("no-crypto", "can_packet=0 can_crypto=0", "",
                    "NEWSA: EINVAL (22): lanenic: Crypto offload is not supported"),
            new Fault("no-tunnel", "can_tunnel=0", "crypto",
                    "NEWSA: EINVAL (22): lanenic: Packet offload is not supported for tunnel mode"),
            new Fault("no-esn", "can_esn=0", "", "NEWSA: EINVAL (22): lanenic: Cannot offload ESN xfrm states"),
            new Fault("encap-settings", "encap_blocks_tunnel=1", "crypto",
                    "lanenic: Packet offload tunnel mode is disabled due to encap settings"),
            new Fault("busy", "busy=1", "", "NEWSA: EBUSY (16)"),
            new Fault("one-place", "sa_table=1", "", "NEWSA: ENOSPC (28): lanenic: Device failed to offload this state"),
            new Fault("one-policy", "policy_table=1", "crypto", "NEWPOLICY: ENOSPC (28)"),
            new Fault("no-priority", "can_prio=0", "crypto",
                    "NEWPOLICY: EINVAL (22): lanenic: Device does not support policy priority"));

    @TestFactory
    Stream<DynamicTest> ladder() {
        Evidence evidence = Scenario.named("offload-ladder").cards("left").cpus(2).within(Duration.ofSeconds(200))
                .file("left.conf", left("packet").text()).file("auto.conf", left("auto").text())
                .file("octets.conf", left("packet").child("rekey_bytes", "40000").child("rand_bytes", "0").child("life_bytes",
                        "9000000").text())
                .file("encap.conf", left("packet").connection("encap", "yes").text())
                .file("narrow.left.conf", withNarrow(left("packet"), "10.1.0.0/24", "10.2.0.128/25"))
                .file("narrow.right.conf", withNarrow(SwanctlConf.right(TUNNEL), "10.2.0.128/25", "10.1.0.0/24"))
                .file("right.conf", SwanctlConf.right(TUNNEL).child("rekey_time", "1h").text())
                .file("faults", String.join("\n", FAULTS.stream().map(fault -> fault.name() + " " + fault.knobs()).toList())
                        + "\n").run(SCRIPT);
        List<DynamicTest> tests = new ArrayList<>(List.of(
                DynamicTest.dynamicTest("the script comes to its end", evidence::completed),
                DynamicTest.dynamicTest("ping and TCP cross as ESP, which the card alone makes", () -> byTheCard(evidence)),
                DynamicTest.dynamicTest("rekeyings by either end lose nothing", () -> rekeyed(evidence)),
                DynamicTest.dynamicTest("nothing is left, and what is foreign stays", () -> cleaned(evidence))));
        tests.add(DynamicTest.dynamicTest("a card that lies is found by its counters, and left", () -> lies(evidence)));
        tests.add(DynamicTest.dynamicTest("what the card refuses last comes down by new keys", () -> comesDownLate(evidence)));
        tests.add(DynamicTest.dynamicTest("a limit in octets is kept beside a card that counts packets", () -> counted(evidence)));
        tests.add(DynamicTest.dynamicTest("a tunnel in UDP is refused before the peer is asked", () -> notAsked(evidence)));
        tests.add(DynamicTest.dynamicTest("a narrower child in software keeps its packets", () -> narrow(evidence)));
        FAULTS.forEach(fault -> tests.add(DynamicTest.dynamicTest("card with fault: " + fault.name(),
                () -> comesDown(evidence, fault))));
        return tests.stream();
    }

    private static SwanctlConf left(String offload) {
        return SwanctlConf.left(TUNNEL).child("rekey_time", "1h").child("hw_offload", offload).child("replay_window", "64");
    }

    /** Beside the child of the tunnel, one in software for a part of what is behind the peer. */
    private static String withNarrow(SwanctlConf conf, String local, String remote) {
        return conf.text().replace("children {\n", """
                children {
                    narrow {
                        mode = tunnel
                        esp_proposals = %s-esn
                        local_ts = %s
                        remote_ts = %s
                    }
                """.formatted(TUNNEL.suite().esp, local, remote));
    }

    private static void byTheCard(Evidence evidence) {
        assertThat(evidence.number("traffic.esp")).as("%s", evidence).isGreaterThan(100);
        assertThat(evidence.number("traffic.clear")).as("%s", evidence).isZero();
        assertThat(evidence.text("tcp")).isEqualTo("the same\n");
        List<CardSa> sas = CardSa.parse(evidence.text("traffic.card"));
        assertThat(sas).as("%s", evidence).hasSize(2).allMatch(sa -> sa.packets() > 20);
        assertThat(evidence.text("traffic.sas")).contains("hw-offload=packet hw-device=nic1 hw-offload-asked=packet");
        // What the kernel itself had encrypted or decrypted would be missing here.
        assertThat(evidence.text("traffic.wire")).as("ESP on the wire against ESP of the card. %s", evidence)
                .isEqualTo("same\n");
    }

    private static void rekeyed(Evidence evidence) {
        assertThat(evidence.text("rekeyed")).as("%s", evidence).contains("800 packets transmitted, 800 received");
        assertThat(evidence.text("rekeyed.card").lines().count()).as("%s", evidence).isEqualTo(2);
        assertThat(evidence.log("left")).contains("net{4}: hw_offload = packet: packet on nic1");
    }

    private static void comesDown(Evidence evidence, Fault fault) {
        String sas = evidence.text("sas." + fault.name());
        assertThat(evidence.text("ping." + fault.name())).as("%s", evidence).contains("3 received");
        assertThat(sas).as("%s", evidence).contains("hw-offload-asked=auto").contains(fault.words());
        if (fault.granted().isEmpty()) {
            assertThat(sas).doesNotContain(" hw-offload=");
            assertThat(evidence.text("card." + fault.name())).as("%s", evidence).isEmpty();
        } else {
            assertThat(sas).contains("hw-offload=" + fault.granted() + " hw-device=nic1");
            assertThat(evidence.text("card." + fault.name()).lines()).as("%s", evidence).hasSize(2)
                    .allMatch(line -> line.contains("offload=" + fault.granted()));
        }
        assertThat(evidence.log("left")).contains(fault.words());
    }

    /** The card has taken the inbound SA of a rekeying, and has no room for policies when the outbound one is to come. */
    private static void comesDownLate(Evidence evidence) {
        assertThat(evidence.text("late.before")).as("%s", evidence).contains("hw-offload-refused=[packet on nic1: ", "EBUSY (16)");
        assertThat(evidence.log("left").lines().filter(line -> line.contains("unable to complete CHILD_SA net{"))).as("once, as it"
                + " may have sent. %s", evidence).singleElement().asString().contains("UPDPOLICY: ENOSPC (28)");
        assertThat(evidence.text("late.after")).as("%s", evidence)
                .contains("hw-offload=crypto hw-device=nic1", "UPDPOLICY: ENOSPC (28)");
        assertThat(evidence.text("late.ping")).as("%s", evidence).contains("3 received");
        assertThat(evidence.text("late.card").lines()).as("%s", evidence).hasSize(2)
                .allMatch(line -> line.contains("offload=crypto"));
        assertThat(evidence.text("late.again")).as("tried anew. %s", evidence).contains("hw-offload=packet hw-device=nic1");
    }

    private static void lies(Evidence evidence) {
        assertThat(evidence.text("sas.liar")).as("by new keys, in software. %s", evidence).contains("hw-offload-asked=auto",
                "hw-offload-refused=[packet on nic1: used, but the device's counters stand still").doesNotContain(" hw-offload=");
        assertThat(evidence.text("ping.software")).as("%s", evidence).contains("3 received");
        assertThat(evidence.log("left")).contains("nic1: SAs in packet offload are used, but 0 packets are all that nic1 has");
    }

    /** As many packets as may be that many octets, of 1500 each at most. */
    private static void counted(Evidence evidence) {
        assertThat(evidence.text("octets.none")).as("what the card tells Linux. %s", evidence)
                .containsPattern(" 0\\(bytes\\), [1-9]\\d*\\(packets\\)");
        assertThat(evidence.log("left")).containsPattern(
                "creating rekey job for CHILD_SA net\\{\\d+}: nic1 counts packets only, up to [4-9]\\d{4,} octets by now");
        assertThat(evidence.text("octets.ping")).as("by new keys. %s", evidence).contains("3 received");
        assertThat(evidence.text("octets.spis").lines().distinct()).as("%s", evidence).hasSize(2);
    }

    private static void notAsked(Evidence evidence) {
        assertThat(evidence.text("encap")).as("%s", evidence).isEqualTo("refused\n");
        assertThat(evidence.number("encap.asked")).as("%s", evidence).isZero();
        assertThat(evidence.text("initiated.encap")).contains("children.net.hw_offload = packet: encap = yes: NEWSA: EINVAL (22): "
                + "lanenic: Encapsulation is supported in transport mode only");
    }

    /** Linux finds policies in a device before those in software, which come first by their priority. */
    private static void narrow(Evidence evidence) {
        assertThat(evidence.text("narrow.ping")).as("%s", evidence).contains("5 received");
        assertThat(CardSa.parse(evidence.text("narrow.card"))).as("the wider one's. %s", evidence).hasSize(2);
    }

    private static void cleaned(Evidence evidence) {
        assertThat(evidence.text("left-over").strip()).as("%s", evidence).isEqualTo("1 0");
    }

    private static final String SCRIPT = """
            end_capture wire
            ip -n left xfrm state add src 10.0.0.1 dst 10.0.0.77 proto esp spi 0x77 reqid 77 mode tunnel \\
                aead 'rfc4106(gcm(aes))' 0x0102030405060708090a0b0c0d0e0f1011121314 128 offload packet dev nic1 dir out
            start_charon right /out/right.conf
            start_keylane left /out/left.conf
            ours() { in_card left sas | grep -v spi=0x00000077 || true; }
            no_sas() { [ "$(count_states left)$(count_states right)" = 10 ]; }

            capture traffic
            initiate left net >initiated 2>&1
            on left ping -q -c 20 -i 0.02 -W 1 10.2.0.1 >ping
            head -c 200000 /dev/urandom >sent
            on right timeout 20 socat -u TCP-LISTEN:7000,bind=10.2.0.1 OPEN:/out/got,creat & receiver=$!
            wait_until 5 eval 'on right ss -ltn | grep -q :7000'
            on left socat -u OPEN:/out/sent TCP:10.2.0.1:7000,bind=10.1.0.1
            wait $receiver
            cmp sent got && echo "the same" >tcp
            sleep 0.3
            vici left --list-sas --raw >traffic.sas 2>/dev/null
            ours >traffic.card
            end_capture traffic
            captured traffic esp >traffic.esp
            captured traffic "icmp or tcp" >traffic.clear
            card=$(sed -E 's/.* packets=([0-9]+) .*/\\1/' traffic.card | awk '{ sum += $1 } END { print sum }')
            [ "$card" = "$(cat traffic.esp)" ] && echo same >traffic.wire || echo "$card by the card, $(cat traffic.esp)" >traffic.wire

            on left ping -q -c 800 -i 0.005 -W 1 10.2.0.1 >rekeyed & pinger=$!
            sleep 0.5
            for host in left right left; do
              before=$(ours | grep dir=out)
              vici $host --rekey --child net >>rekeyings 2>&1
              moved() { [ "$(ours | grep -c .)" = 2 ] && [ "$(ours | grep dir=out | cut -d' ' -f1)" != "${before%% *}" ]; }
              wait_until 10 moved
            done
            wait $pinger
            ours >rekeyed.card
            terminate left net >>terminated 2>&1
            wait_until 10 no_sas

            load left /out/auto.conf >loaded 2>&1
            while read -r name knobs; do
              for knob in $knobs; do set_card left ${knob%=*} ${knob#*=}; done
              initiate left net >initiated.$name 2>&1
              on left ping -q -c 3 -i 0.05 -W 1 10.2.0.1 >ping.$name || true
              vici left --list-sas --raw >sas.$name 2>/dev/null
              ours >card.$name
              terminate left net >>terminated 2>&1
              wait_until 10 no_sas
              for knob in can_packet can_crypto can_tunnel can_esn can_prio; do set_card left $knob 1; done
              for knob in encap_blocks_tunnel busy; do set_card left $knob 0; done
              for knob in sa_table policy_table; do set_card left $knob 1024; done
            done <faults

            set_card left busy 1
            initiate left net >initiated.late 2>&1
            vici left --list-sas --raw >late.before 2>/dev/null
            set_card left busy 0; set_card left policy_table 0
            on right ping -q -c 100 -i 0.01 -W 1 10.1.0.1 >late.pings & pinger=$!
            vici right --rekey --child net >>rekeyings 2>&1
            on_rung() { [ "$(ours | grep -c .)$(ours | grep -c "offload=$1")" = 22 ]; }
            wait_until 15 on_rung crypto
            wait $pinger || true
            vici left --list-sas --raw >late.after 2>/dev/null
            on left ping -q -c 3 -i 0.05 -W 1 10.2.0.1 >late.ping || true
            ours >late.card
            set_card left policy_table 1024
            vici right --rekey --child net >>rekeyings 2>&1
            wait_until 15 on_rung packet
            vici left --list-sas --raw >late.again 2>/dev/null
            terminate left net >>terminated 2>&1
            wait_until 10 no_sas

            set_card left liar 1
            initiate left net >initiated.liar 2>&1
            ip netns exec left ping -q -c 400 -i 0.1 -W 1 10.2.0.1 >ping.liar & pinger=$!   # `on` would be killed instead of it
            doubted() {
              vici left --list-sas --raw >sas.liar 2>/dev/null
              grep -q 'counters stand still' sas.liar && ! grep -q ' hw-offload=' sas.liar
            }
            wait_until 40 doubted || true
            kill $pinger; wait $pinger || true
            on left ping -q -c 3 -i 0.05 -W 1 10.2.0.1 >ping.software || true
            set_card left liar 0
            terminate left net >>terminated 2>&1
            wait_until 40 no_sas   # a packet amid the change may have left a larval state, for 30 s

            load left /out/octets.conf >loaded 2>&1
            set_card left packets_only 1
            initiate left net >initiated.octets 2>&1
            spi_out() { ours | grep dir=out | cut -d' ' -f1; }
            spi_out >octets.spis
            on left ping -q -c 20 -i 0.01 -W 1 10.2.0.1 >/dev/null || true
            on left ip -s xfrm state >octets.none   # of SAs that are not yet at their limit
            on left ping -q -c 10 -i 0.01 -W 1 10.2.0.1 >/dev/null || true
            replaced() { [ "$(spi_out)" != "$(cat octets.spis)" ] && [ "$(ours | grep -c .)" = 2 ]; }
            wait_until 15 replaced || true
            spi_out >>octets.spis
            on left ping -q -c 3 -i 0.05 -W 1 10.2.0.1 >octets.ping || true
            set_card left packets_only 0
            terminate left net >>terminated 2>&1
            wait_until 10 no_sas

            load left /out/encap.conf >loaded 2>&1
            capture asked
            initiate left net >initiated.encap 2>&1 || echo refused >encap
            end_capture asked
            captured asked udp >encap.asked

            for host in left right; do load $host /out/narrow.$host.conf >loaded 2>&1; done
            on right ip addr add 10.2.0.129/32 dev lan
            ip -n left neigh replace 10.2.0.129 lladdr 02:00:00:00:00:02 dev nic1 nud permanent
            for child in narrow net; do initiate left $child >initiated.$child 2>&1; done
            on left ping -q -c 5 -i 0.02 -W 1 10.2.0.129 >narrow.ping || true
            ours >narrow.card
            terminate left net >>terminated 2>&1
            wait_until 10 no_sas
            echo "$(in_card left sas | grep -c spi=0x00000077) $(in_card left policies | wc -l)" >left-over
            """;
}
