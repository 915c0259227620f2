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
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Two keylanes, a card with packet offload each, eight lanes: each comes to a CPU of its own, and all are rekeyed by
 * either side while every lane sends both ways. Then with a peer that takes but four lanes, and with VXLAN, whose source port tells the flows inside apart.
 */
@InLab
@Isolated
class Lanes_KeylaneTest {
    private static final Tunnel TUNNEL = new Tunnel("net", Mode.TUNNEL, Family.IPV4, Suite.AES_GCM, true);
    private static final List<String> HOSTS = List.of("left", "right");
    private static final int LANES = 8;
    /** That one lane sends. */
    private static final long DATAGRAMS = 20;
    private static Evidence evidence;

    @BeforeAll
    static void run() {
        evidence = Scenario.named("lanes-keylane").cards("left", "right").cpus(LANES).within(Duration.ofSeconds(200))
                .file("left.conf", divided(SwanctlConf.left(TUNNEL)).text())
                .file("right.conf", divided(SwanctlConf.right(TUNNEL)).text())
                .file("small.conf", divided(SwanctlConf.right(TUNNEL)).child("per_cpu_max", "2").text())
                .file("datagrams.py", Lanes_StrongSwanTest.DATAGRAMS_PY)
                .file("vxlan.left.conf", vxlan("left", "right", "there", "back"))
                .file("vxlan.right.conf", vxlan("right", "left", "back", "there")).run(SCRIPT);
        evidence.completed();
    }

    /** Who answered need not ask: what it was asked for are its lanes, too. */
    @Test
    void bothHaveAllLanesBySevenAdditionalSas() {
        for (String host : HOSTS) {
            List<CardSa> sas = CardSa.parse(evidence.text("stands." + host));
            assertThat(sas).as("%s of %s. %s", sas, host, evidence).hasSize(2 * LANES);
            assertThat(sas).filteredOn(CardSa::out).extracting(CardSa::reqid).doesNotHaveDuplicates();
            assertThat(sas).filteredOn(sa -> !sa.out()).extracting(CardSa::reqid).containsOnly(1);
        }
    }

    /** Nothing of {@code steering} is in the configuration: their SPIs are chosen for that. */
    @Test
    void eachLaneArrivesOnAnSpiAQueueAndACpuOfItsOwn() {
        List<CardArrivals> lanes = CardArrivals.each(evidence, "lane", LANES, DATAGRAMS);
        System.out.println("eight lanes, as they arrive:\n" + CardArrivals.table(lanes));
        assertThat(lanes).as("%s", evidence).allMatch(CardArrivals::isOneLane);
        assertThat(lanes).extracting(CardArrivals::spi).doesNotHaveDuplicates();
        assertThat(lanes).extracting(CardArrivals::queue).doesNotHaveDuplicates();
        assertThat(lanes).extracting(CardArrivals::cpu).doesNotHaveDuplicates();
        assertThat(evidence.log("right")).contains("nic2: SPIs of lanes are chosen by its queues: Toeplitz over the SPI");
    }

    @Test
    void rekeyingAllLanesUnderTrafficLosesNothing() {
        for (int lane = 0; lane < LANES; lane++) {
            for (String host : HOSTS) {
                LoadCount sent = evidence.load("load.%s.%d".formatted(host, lane));
                LoadCount there = evidence.load("load.%s.%d".formatted(host.equals("left") ? "right" : "left", lane));
                assertThat(there.received()).as("lane %d from %s: %s, %s. %s", lane, host, sent, there, evidence)
                        .isEqualTo(sent.sent()).isGreaterThan(500);
                assertThat(sent.refused() + there.again()).as("refused, or twice. %s", evidence).isZero();
            }
        }
        for (String host : HOSTS) {
            assertThat(evidence.text("errors-after." + host)).as("%s's error counters. %s", host, evidence)
                    .isEqualTo(evidence.text("errors-before." + host));
        }
    }

    @Test
    void everyLaneHasCarriedItsFlowsOnItsNewSa() {
        for (String host : HOSTS) {
            Map<Integer, Long> sent = CardSa.sent(evidence.text("after." + host));
            assertThat(sent.keySet()).as("reqids of %s. %s", host, evidence).containsExactlyInAnyOrderElementsOf(
                    IntStream.rangeClosed(1, LANES).boxed().toList());
            assertThat(sent.values()).as("packets by lane of %s. %s", host, evidence).allMatch(packets -> packets > 50);
        }
    }

    @Test
    void lanesThatThePeerRefusesLeaveTheirFlowsToTheOneForAll() {
        assertThat(evidence.log("left")).contains("peer takes no more SAs for CHILD_SA net, not asking for lane ");
        assertThat(CardSa.sent(evidence.text("small.left"))).as("reqids. %s", evidence).hasSize(1 + 4);
        assertThat(evidence.text("small.policies")).contains("sport=0x0004/0x0007")
                .doesNotContain("sport=0x0005/0x0007");
    }

    /** One way each has a child, and what is sent from the port has one SA. */
    @Test
    void flowsInVxlanHaveLanesByTheirEntropy() {
        assertThat(evidence.text("vxlan.ping")).as("%s", evidence).contains("3 received");
        Map<Integer, Long> sent = CardSa.sent(evidence.text("vxlan.left"));
        sent.values().removeIf(packets -> packets == 0);
        // That 48 flows leave five of eight lanes empty does not happen.
        assertThat(sent).as("packets by reqid. %s", evidence).hasSizeGreaterThan(3);
        assertThat(evidence.number("vxlan.clear")).as("VXLAN in clear. %s", evidence).isZero();
        assertThat(evidence.log("left")).containsPattern(
                "back\\{\\d+}: no 8 lanes, the traffic selectors leave no source ports of TCP or UDP open");
    }

    private static String vxlan(String own, String peer, String first, String second) {
        String address = own.equals("left") ? Family.IPV4.left : Family.IPV4.right;
        String there = own.equals("left") ? Family.IPV4.right : Family.IPV4.left;
        String common = "esp_proposals = aes128gcm16-esn\nmode = transport\nper_cpu_sas = yes\nhw_offload = packet\n"
                + "lanes = 8\n";
        return """
                connections {
                  net {
                    version = 2
                    local_addrs = %1$s
                    remote_addrs = %2$s
                    proposals = %3$s
                    local {
                      auth = psk
                      id = %4$s
                    }
                    remote {
                      auth = psk
                      id = %5$s
                    }
                    children {
                      %6$s {
                        local_ts = dynamic[udp]
                        remote_ts = dynamic[udp/4789]
                        %8$s
                      }
                      %7$s {
                        local_ts = dynamic[udp/4789]
                        remote_ts = dynamic[udp]
                        %8$s
                      }
                    }
                  }
                }
                secrets {
                  ike-net {
                    id = %5$s
                    secret = "lanes of a virtual network"
                  }
                }
                """.formatted(address, there, Suite.AES_GCM.ike, own, peer, first, second, common);
    }

    private static SwanctlConf divided(SwanctlConf conf) {
        return conf.child("per_cpu_sas", "yes").child("hw_offload", "packet").child("lanes", Integer.toString(LANES))
                .child("rekey_time", "1h").child("life_time", "2h").child("rand_time", "0s");
    }

    private static final String SCRIPT = """
            end_capture wire
            start_keylane right /out/right.conf
            start_keylane left /out/left.conf
            lanes_stand() { # HOST COUNT: beside the one for all
              [ "$(in_card $1 policies | grep -oE 'sport=0x000[1-7]/0x0007' | sort -u | wc -l)" = $2 ]
            }
            both_stand() { lanes_stand left $1 && lanes_stand right $1; }
            initiate left net >initiate 2>&1
            wait_until 30 both_stand 7
            wait_until 20 settled
            in_card left sas >stands.left; in_card right sas >stands.right
            sink right 9999
            watch_ports right 9999
            arrivals lane.0 right
            for lane in 0 1 2 3 4 5 6 7; do
              on left python3 datagrams.py $((6000 + lane))
              wait_until 5 heard_from right $((6000 + lane)) 20 || true
              arrivals lane.$((lane + 1)) right
            done
            errors before
            start_load 8 6000 150
            sleep 1
            rekey left child >rekeyings 2>&1
            sleep 1
            rekey right child >>rekeyings 2>&1
            # Lanes may be rekeyed once more, as younger ones than the one for all are wanted.
            sleep 1
            wait_until 20 settled
            sleep 1
            end_load
            errors after
            in_card left sas >after.left; in_card right sas >after.right

            terminate left net >terminate 2>&1
            wait_until 10 no_states
            load right small.conf >load-small 2>&1
            initiate left net >>initiate 2>&1
            wait_until 20 lanes_stand left 4
            wait_until 20 grep -q 'not asking for lane' left.log
            wait_until 20 settled
            in_card left sas >small.left; in_card left policies >small.policies

            terminate left net >>terminate 2>&1
            wait_until 10 no_states
            for host in left right; do load $host vxlan.$host.conf >load-vxlan.$host 2>&1; done
            tunnel() { # HOST N PEER
              ip -n $1 link add vx address 02:00:00:00:07:0$2 type vxlan id 7 local 10.0.0.$2 remote 10.0.0.$3 dstport 4789 dev ${card[$1]}
              ip -n $1 addr add 10.7.0.$2/24 dev vx
              ip -n $1 link set vx up
              ip -n $1 neigh replace 10.7.0.$3 lladdr 02:00:00:00:07:0$3 dev vx nud permanent
            }
            initiate left there >>initiate 2>&1
            initiate left back >>initiate 2>&1
            wait_until 20 both_stand 7
            wait_until 20 settled
            capture vxlan
            tunnel left 1 2
            tunnel right 2 1
            sink right 9998
            on left bash -c 'for ((port = 7000; port < 7048; port++)); do echo >/dev/udp/10.7.0.2/9998; done'
            on left ping -c 3 -i 0.1 10.7.0.2 >vxlan.ping
            in_card left sas >vxlan.left
            end_capture vxlan
            captured vxlan udp port 4789 >vxlan.clear
            """;
}
