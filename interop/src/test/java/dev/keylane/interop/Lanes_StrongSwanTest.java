package dev.keylane.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.interop.lab.Evidence;
import dev.keylane.interop.lab.InLab;
import dev.keylane.interop.lab.KernelSa;
import dev.keylane.interop.lab.Scenario;
import dev.keylane.interop.peer.Family;
import dev.keylane.interop.peer.Mode;
import dev.keylane.interop.peer.Suite;
import dev.keylane.interop.peer.SwanctlConf;
import dev.keylane.interop.peer.Tunnel;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Eight lanes of a card with packet offload, to strongSwan, whose card spreads what it receives by SPI: a source port
 * decides about the SA. Then lanes go, by the peer's wish and by ours, and come back with the next SA for all. At last
 * strongSwan's CPUs send, and all is rekeyed while every lane and every CPU does.
 */
@InLab
@Isolated
class Lanes_StrongSwanTest {
    private static final Tunnel TUNNEL = new Tunnel("net", Mode.TUNNEL, Family.IPV4, Suite.AES_GCM, true);
    private static final int LANES = 8;
    private static final long DATAGRAMS = 20;
    private static Evidence evidence;

    @BeforeAll
    static void run() {
        evidence = Scenario.named("lanes-strongswan").cards("left", "right").cpus(LANES).within(Duration.ofSeconds(150))
                .file("left.conf", calm(SwanctlConf.left(TUNNEL)).child("hw_offload", "packet").child("lanes", "8")
                        .text())
                .file("right.conf", calm(SwanctlConf.right(TUNNEL)).child("start_action", "trap").text())
                .file("datagrams.py", DATAGRAMS_PY).run(SCRIPT);
        evidence.completed();
    }

    @Test
    void eachSourcePortHasItsSaInTheCard() {
        for (int lane = 0; lane < LANES; lane++) {
            assertThat(moved("turn.%d", lane, lane + 1)).as("lane %d. %s", lane, evidence)
                    .isEqualTo(Map.of(reqid(lane), DATAGRAMS));
        }
        assertThat(moved("turn.%d", LANES, LANES + 1)).as("pings. %s", evidence).isEqualTo(Map.of(reqid(0), 3L));
        assertThat(evidence.text("ping")).contains("3 received");
    }

    @Test
    void tcpHasLanesAsWell() {
        assertThat(evidence.text("received")).as("%s", evidence).hasSize(100_000);
        assertThat(moved("turn.%d", LANES + 1, LANES + 2)).as("%s", evidence).containsOnlyKeys(reqid(6010 % LANES));
    }

    @Test
    void thePeerReceivesEachLaneOnASpiOfItsOwnAndByThatOnAQueue() {
        Set<Integer> queues = new HashSet<>();
        for (int lane = 0; lane < LANES; lane++) {
            assertThat(receivedBetween(lane, lane + 1)).as("packets by SPI. %s", evidence).hasSize(1)
                    .containsValue(DATAGRAMS);
            queues.add(queueOf(lane));
        }
        // All numbers on one queue of four: once in 16,000 runs.
        assertThat(queues).as("receive queues of %d lanes. %s", LANES, evidence).hasSizeGreaterThan(1);
    }

    @Test
    void nothingCrossesInClear() {
        assertThat(evidence.number("clear")).as("%s", evidence).isZero();
        assertThat(evidence.number("esp")).as("%s", evidence).isGreaterThanOrEqualTo((int) (LANES * DATAGRAMS));
    }

    @Test
    void flowsOfLanesThatGoTakeTheOneForAll() {
        assertThat(evidence.text("policies.gone")).as("%s", evidence).contains("sport=0x0004/0x0007")
                .doesNotContain("sport=0x0003/0x0007").doesNotContain("sport=0x0005/0x0007");
        Map<Integer, Long> forAll = Map.of(reqid(0), DATAGRAMS);
        assertThat(moved("gone.%d", 0, 1)).as("deleted by the peer. %s", evidence).isEqualTo(forAll);
        assertThat(moved("gone.%d", 1, 2)).as("terminated here. %s", evidence).isEqualTo(forAll);
        assertThat(moved("gone.%d", 2, 3)).as("the lane between. %s", evidence).isEqualTo(Map.of(reqid(4), DATAGRAMS));
    }

    @Test
    void theyComeBackWithTheNextOneForAll() {
        assertThat(moved("back.%d", 0, 1)).as("%s", evidence).isEqualTo(Map.of(reqid(3), DATAGRAMS));
        assertThat(moved("back.%d", 1, 2)).as("%s", evidence).isEqualTo(Map.of(reqid(5), DATAGRAMS));
    }

    @Test
    void lanesAreShown() {
        assertThat(evidence.text("list")).contains(", lane 0 of 8, INSTALLED", ", lane 7 of 8, INSTALLED");
    }

    /**
     * strongSwan encrypts by itself and our card decrypts. Seven of its CPUs have an SA of our lanes each; that for CPU 0, which it
     * asks for by itself, is the ninth with the one for all, and shares a lane's queue.
     */
    @Test
    void whatThePeersCpusSendArrivesOnSpisQueuesAndCpusOfTheirOwn() {
        List<CardArrivals> cpus = CardArrivals.each(evidence, "cpu", LANES, DATAGRAMS);
        System.out.println("eight CPUs of strongSwan, as they arrive:\n" + CardArrivals.table(cpus));
        assertThat(cpus).as("%s", evidence).allMatch(CardArrivals::isOneLane);
        assertThat(cpus).extracting(CardArrivals::spi).doesNotHaveDuplicates();
        List<CardArrivals> lanes = cpus.subList(1, LANES);
        assertThat(lanes).extracting(CardArrivals::queue).doesNotHaveDuplicates();
        assertThat(lanes).extracting(CardArrivals::cpu).doesNotHaveDuplicates();
    }

    @Test
    void rekeyingsOfAllOfThemByEitherEndLoseNothing() {
        new LoadTable("lanes-strongswan", LANES, evidence).judgeLanes(List.of("left"), 2 * LANES);
    }

    private static SwanctlConf calm(SwanctlConf conf) {
        return conf.child("per_cpu_sas", "yes").child("rekey_time", "1h").child("life_time", "2h").child("rand_time", "0s");
    }

    /** They are given away in this order, as the lanes are made. */
    private static int reqid(int lane) {
        return 1 + lane;
    }

    /** Packets that left by each reqid between two looks at the card. */
    private static Map<Integer, Long> moved(String name, int from, int to) {
        Map<Integer, Long> before = CardSa.sent(evidence.text(name.formatted(from)));
        return grown(before, CardSa.sent(evidence.text(name.formatted(to))));
    }

    private static Map<String, Long> receivedBetween(int from, int to) {
        return grown(KernelSa.packetsBySpi(evidence.states("there." + from)),
                KernelSa.packetsBySpi(evidence.states("there." + to)));
    }

    private static <K> Map<K, Long> grown(Map<K, Long> before, Map<K, Long> after) {
        Map<K, Long> grown = new HashMap<>(after);
        grown.replaceAll((key, packets) -> packets - before.getOrDefault(key, 0L));
        grown.values().removeIf(more -> more == 0);
        return grown;
    }

    /** The one queue that a lane's packets came in by; a few others may come by the way. */
    private static int queueOf(int lane) {
        CardQueues before = CardQueues.parse(evidence.text("queues." + lane));
        CardQueues after = CardQueues.parse(evidence.text("queues." + (lane + 1)));
        List<Integer> busy = after.busySince(before, DATAGRAMS);
        assertThat(busy).as("queues of lane %d: %s, then %s. %s", lane, before, after, evidence).hasSize(1);
        return busy.getFirst();
    }

    /** From one source port to one that nobody answers from: PORT [ADDRESS PEER]. */
    static final String DATAGRAMS_PY = """
            import socket, sys
            here, there = sys.argv[2:] or ("10.1.0.1", "10.2.0.1")
            link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            link.bind((here, int(sys.argv[1])))
            for _ in range(20):
                link.sendto(bytes(100), (there, 9999))
            """;

    private static final String SCRIPT = """
            grow_sad right
            start_charon right /out/right.conf
            start_keylane left /out/left.conf
            sink right 9999
            initiate left net >initiate 2>&1
            lanes_stand() { [ "$(in_card left policies | grep -oE 'sport=0x000[1-7]/0x0007' | sort -u | wc -l)" = $1 ]; }
            wait_until 30 lanes_stand 7
            wait_until 20 settled
            datagrams() { # PORT
              local before=$(carried_to right 10.0.0.2)
              on left python3 datagrams.py $1
              wait_until 5 has_carried right 10.0.0.2 $((before + 20)) || true
            }
            child_of() { # HOST TEXT: the number of the child whose line in the raw list has it
              vici $1 --list-sas --raw 2>/dev/null | tr '{' '\\n' | grep -- "$2" | grep -oE 'uniqueid=[0-9]+' | cut -d= -f2
            }

            in_card left sas >turn.0; states right >there.0; in_card right queues >queues.0
            for lane in 0 1 2 3 4 5 6 7; do
              datagrams $((6000 + lane))
              in_card left sas >turn.$((lane + 1)); states right >there.$((lane + 1)); in_card right queues >queues.$((lane + 1))
            done
            on left ping -c 3 -i 0.1 10.2.0.1 >ping
            in_card left sas >turn.9
            on right timeout 30 socat -u TCP-LISTEN:9997,reuseaddr CREATE:received &
            listening=$!
            wait_until 10 eval 'on right ss -lnt | grep -q :9997'
            head -c 100000 /dev/zero | on left socat -u - TCP:10.2.0.1:9997,bind=10.1.0.1:6010
            wait $listening
            in_card left sas >turn.10
            on left /host/keylane list-sas --control /run/left.vici >list
            end_capture wire
            captured wire udp port 9999 or icmp >clear
            captured wire esp >esp

            spi=$(vici left --list-sas --raw | tr '{' '\\n' | grep ' lane=3 ' | grep -oE 'spi-out=[0-9a-f]+' | cut -d= -f2)
            vici right --terminate --child-id $(child_of right "spi-in=$spi ") >terminate 2>&1
            vici left --terminate --child-id $(child_of left ' lane=5 ') >>terminate 2>&1
            wait_until 10 lanes_stand 5
            wait_until 20 settled
            in_card left policies >policies.gone
            in_card left sas >gone.0
            datagrams 6003; in_card left sas >gone.1
            datagrams 6005; in_card left sas >gone.2
            datagrams 6004; in_card left sas >gone.3

            rekey left child >rekeying 2>&1
            wait_until 30 lanes_stand 7
            # strongSwan keeps what was replaced for 5 seconds, to receive on it.
            wait_until 20 settled
            in_card left sas >back.0
            datagrams 6003; in_card left sas >back.1
            datagrams 6005; in_card left sas >back.2

            # CPU 0 of strongSwan has had the one for all so far.
            both_stand() { knock right 8 10.1.0.1; sleep 0.2; lanes_stand 7 && [ "$(cpu_pairs right 10.0.0.2)" = 8 ]; }
            wait_until 30 both_stand
            wait_until 20 settled
            sink left 9999
            watch_ports left 9999
            arrivals cpu.0 left
            for cpu in 0 1 2 3 4 5 6 7; do
              on right taskset -c $cpu python3 datagrams.py $((6100 + cpu)) 10.2.0.1 10.1.0.1
              wait_until 5 heard_from left $((6100 + cpu)) 20 || true
              arrivals cpu.$((cpu + 1)) left
            done

            snapshot before
            errors before
            start_load 8 6000 150
            sleep 1
            for host in left right; do rekey $host child >>rekeying 2>&1; sleep 1; done
            end_load
            errors after
            """;
}
