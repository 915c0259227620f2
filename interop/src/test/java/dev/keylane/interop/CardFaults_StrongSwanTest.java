package dev.keylane.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.interop.lab.Evidence;
import dev.keylane.interop.lab.InLab;
import dev.keylane.interop.lab.LoadCount;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Two keylanes in two network namespaces with a card each, the same addresses, names and numbers, and the same SPIs; their
 * peers are two strongSwans in software. The card of one is slow and then forgets what it had, while the other's
 * counters are a second old; then the first daemon stops.
 */
@InLab
@Isolated
class CardFaults_StrongSwanTest {
    private static final Tunnel TUNNEL = new Tunnel("net", Mode.TUNNEL, Family.IPV4, Suite.AES_GCM, true);

    @TestFactory
    Stream<DynamicTest> faults() {
        Evidence evidence = Scenario.named("card-faults").cards("left").cpus(4).within(Duration.ofSeconds(200))
                .file("left.conf", SwanctlConf.left(TUNNEL).child("hw_offload", "packet").child("rekey_time", "1h").text())
                .file("right.conf", SwanctlConf.right(TUNNEL).connection("dpd_delay", "1s").child("rekey_time", "1h").text())
                .run(SCRIPT);
        LossTable table = new LossTable("faults", evidence).shown();
        return Stream.of(DynamicTest.dynamicTest("the script comes to its end", evidence::completed),
                DynamicTest.dynamicTest("two domains have SAs of the same names in two cards", () -> sameNames(evidence)),
                DynamicTest.dynamicTest("a card that takes a third of a second for an SA: rekeyings lose nothing",
                        () -> table.nothingLostIn("slow")),
                DynamicTest.dynamicTest("and IKE goes on", () -> assertThat(evidence.log("right")).as("%s", evidence)
                        .doesNotContain("retransmit 2 of").doesNotContain("giving up after")),
                DynamicTest.dynamicTest("a card that forgets is found, said and filled again", () -> forgotten(evidence)),
                DynamicTest.dynamicTest("then nothing is lost any more", () -> table.nothingLostIn("filled")),
                DynamicTest.dynamicTest("counters that are a second old are no lie", () -> assertThat(evidence.log("tenant"))
                        .as("%s", evidence).contains("packet on nic1").doesNotContain("SAs in packet offload are")),
                DynamicTest.dynamicTest("the other domain loses nothing by all that, and keeps its SAs", () -> tenant(evidence)));
    }

    /** Both peers can choose no other SPI; what comes in has one that the other domain knows from somebody else. */
    private static void sameNames(Evidence evidence) {
        for (String host : List.of("left", "tenant")) {
            List<CardSa> sas = CardSa.parse(evidence.text("same." + host));
            assertThat(sas).as("%s", evidence).filteredOn(sa -> sa.out() && sa.packets() > 0).extracting(CardSa::spi)
                    .containsExactly("0x00abcdef");
            assertThat(sas).as("%s", evidence).filteredOn(sa -> !sa.out()).hasSize(2);
        }
        assertThat(evidence.text("ping")).as("%s", evidence).contains("5 received");
        assertThat(inbound(evidence, "left")).as("%s", evidence).isEqualTo(inbound(evidence, "tenant"));
    }

    private static List<String> inbound(Evidence evidence, String host) {
        return CardSa.parse(evidence.text("same." + host)).stream().filter(sa -> !sa.out()).map(CardSa::spi).sorted().toList();
    }

    private static void forgotten(Evidence evidence) {
        assertThat(evidence.log("left")).as("%s", evidence).contains("nic1: SAs in packet offload are ",
                "nic1: taking out the SAs and policies that it may have forgotten, CHILD_SAs net{");
        assertThat(evidence.text("metrics")).as("%s", evidence)
                .containsPattern("keylane_offload_lost_total\\{[^}]*reason=\"forgotten\"[^}]*\\} 1")
                .containsPattern("keylane_offload_doubted_total\\{[^}]*device=\"nic1\"[^}]*\\} [12]");
        assertThat(CardSa.parse(evidence.text("filled"))).as("%s", evidence).hasSize(2).allMatch(sa -> sa.packets() > 20);
        assertThat(evidence.number("filled.policies")).as("in the card. %s", evidence).isEqualTo(2);
    }

    private static void tenant(Evidence evidence) {
        LoadCount tenant = evidence.load("load.tenant");
        LoadCount far = evidence.load("load.far");
        assertThat(far.received()).as("%s, %s. %s", tenant, far, evidence).isEqualTo(tenant.sent()).isGreaterThan(1000);
        assertThat(tenant.received()).as("%s, %s. %s", tenant, far, evidence).isEqualTo(far.sent());
        assertThat(evidence.text("stopped.left")).as("left's SAs but the foreign one. %s", evidence).hasLineCount(1);
        assertThat(names(evidence, "stopped.tenant")).as("%s", evidence).isEqualTo(names(evidence, "same.tenant"));
    }

    private static Map<String, Boolean> names(Evidence evidence, String file) {
        return CardSa.parse(evidence.text(file)).stream().collect(Collectors.toMap(sa -> sa.spi() + sa.out(), CardSa::out));
    }

    private static final String SCRIPT = """
            end_capture wire
            ip netns add tenant
            ip netns add far
            ip -n far link add to-tenant address 02:00:00:00:00:02 type lanenic
            ip -n far link set to-tenantp netns tenant name nic1 address 02:00:00:00:00:01
            card[tenant]=nic1
            end() { # HOST N DEVICE PEER
              ip -n $1 link add lan type dummy
              ip -n $1 addr add 10.$2.0.1/24 dev lan
              ip -n $1 addr add 10.0.0.$2/24 dev $3
              for device in lo lan $3; do ip -n $1 link set $device up; done
              for there in 10.0.0.$4 10.$4.0.1; do ip -n $1 neigh replace $there lladdr 02:00:00:00:00:0$4 dev $3 nud permanent; done
              ip -n $1 route add 10.$4.0.0/24 via 10.0.0.$4 src 10.$2.0.1
            }
            end tenant 1 nic1 2
            end far 2 to-tenant 1
            set_card tenant counter_age_ms 1000
            only_spi='spi_min = 0xabcdef
              spi_max = 0xabcdef'
            charon_settings=$only_spi start_charon far /out/right.conf
            start_charon right /out/right.conf
            start_keylane tenant /out/left.conf
            keylane_options='--http 127.0.0.1:9500' start_keylane left /out/left.conf
            has_sas() { [ "$(in_card $1 sas | grep -c installed=1)" = 2 ]; }
            for host in left tenant; do
              initiate $host net >initiate.$host 2>&1
              wait_until 20 has_sas $host
            done
            load_from_netns() { ip netns exec $1 python3 /host/interop/lab/load.py $2 $3 7300 100 >load.$1 & loading+=($!); }
            load_from_netns tenant 10.1.0.1 10.2.0.1
            load_from_netns far 10.2.0.1 10.1.0.1
            wait_until 20 all_are_ready
            kill -USR1 "${loading[@]}"
            wait_until 20 settled
            start_flows 2 100
            sleep 1

            phase slow
            set_card left slow_ms 300
            for host in left right; do rekey $host child >>rekeyings 2>&1; sleep 0.5; done
            vici right --rekey --ike net >>rekeyings 2>&1
            sleep 1
            set_card left slow_ms 0

            phase forgotten
            set_card left forget 1
            filled() { has_sas left && ! in_card left sas | grep -q installed=0; }
            wait_until 40 filled
            wait_until 20 settled
            phase filled
            sleep 1.5
            in_card left sas >filled
            in_card left policies | wc -l >filled.policies
            on left bash -c 'exec 3<>/dev/tcp/127.0.0.1/9500; printf "GET /metrics HTTP/1.0\\r\\n\\r\\n" >&3; cat <&3' >metrics
            end_flows

            say "the same SPIs"
            stop right
            charon_settings=$only_spi start_charon right /out/right.conf
            initiate left net >>initiate.left 2>&1
            wait_until 20 filled
            spi_in() { in_card $1 sas | grep dir=in | grep -oE 'spi=0x[0-9a-f]+' | cut -d= -f2; }
            foreign() { # HOST SPI: nobody's daemon's, with the name of the other domain's
              ip -n $1 xfrm state add src 10.0.0.2 dst 10.0.0.1 proto esp spi $2 reqid 77 mode tunnel \
                aead 'rfc4106(gcm(aes))' 0x000102030405060708090a0b0c0d0e0f10111213 128 offload packet dev nic1 dir in
            }
            left=$(spi_in left) tenant=$(spi_in tenant)
            foreign left $tenant
            foreign tenant $left
            on left ping -q -c 5 -i 0.05 -W 1 10.2.0.1 >ping
            for host in left tenant; do in_card $host sas >same.$host; done
            stop left
            sleep 1
            for host in left tenant; do in_card $host sas >stopped.$host; done
            end_load
            """;
}
