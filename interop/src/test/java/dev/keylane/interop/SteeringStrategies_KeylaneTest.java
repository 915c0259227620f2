package dev.keylane.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.interop.lab.Evidence;
import dev.keylane.interop.lab.InLab;
import dev.keylane.interop.lab.KernelSa;
import dev.keylane.interop.lab.Scenario;
import dev.keylane.interop.lab.SeenPackets;
import dev.keylane.interop.peer.Family;
import dev.keylane.interop.peer.Mode;
import dev.keylane.interop.peer.Suite;
import dev.keylane.interop.peer.SwanctlConf;
import dev.keylane.interop.peer.Tunnel;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * A daemon with a card steers by one strategy after the other, told so by nothing but its configuration; nftables tells
 * which CPU decrypts. Its peer is a gateway, which spreads the plaintext of one host behind it, and not that of another.
 * Interrupts move, the card is taken out and put back, and somebody's map is in the way: packets arrive all the same.
 */
@InLab
class SteeringStrategies_KeylaneTest {
    private static final Tunnel TUNNEL = new Tunnel("net", Mode.TUNNEL, Family.IPV4, Suite.AES_GCM, true);
    private static final int CPUS = 4;
    private static final int SENT_BY_EACH = 40;
    private static final int DATAGRAMS = 200;

    @TestFactory
    Stream<DynamicTest> eachInItsTurn() {
        Scenario scenario = Scenario.named("steering-strategies").cards("right").cpus(CPUS).within(Duration.ofSeconds(300))
                .file("left.conf", conf(left(), "none", "yes", "left"))
                .file("left-udp.conf", conf(left().connection("encap", "yes"), "none", "encap", "left"))
                .file("udp.conf", conf(SwanctlConf.right(TUNNEL).connection("encap", "yes"), "spi", "encap", "right"));
        Stream.of("spi", "ntuple", "auto", "xdp", "none").forEach(word ->
                scenario.file(word + ".conf", conf(SwanctlConf.right(TUNNEL), word, "yes", "right")));
        Evidence evidence = scenario.run(SCRIPT);
        System.out.println(evidence.text("show"));
        return Stream.concat(Stream.of(
                DynamicTest.dynamicTest("the script comes to its end", evidence::completed),
                DynamicTest.dynamicTest("rules in the card go with their SAs", () -> rulesGo(evidence)),
                DynamicTest.dynamicTest("auto takes what is left, and says why", () -> fallsThrough(evidence)),
                DynamicTest.dynamicTest("a program that nobody wants any more is taken off", () -> {
                    assertThat(evidence.text("hook-xdp")).contains("xdp");
                    assertThat(evidence.text("hook-none")).as("%s", evidence).isEmpty();
                }),
                DynamicTest.dynamicTest("plaintext is spread over the CPUs", () -> spread(evidence)),
                DynamicTest.dynamicTest("two interrupts change places, and so do the CPUs of two SAs",
                        () -> onCpus(evidence, "spi-moved", cpu -> cpu % 3 == 0 ? 3 - cpu : cpu)),
                DynamicTest.dynamicTest("a device that vanishes is said", () -> assertThat(evidence.log("right"))
                        .as("%s", evidence).containsOnlyOnce("nic2 has gone, or is another one now")),
                DynamicTest.dynamicTest("a map of another shape is named and stays, and packets arrive", () -> inTheWay(evidence)),
                DynamicTest.dynamicTest("in UDP each comes from a port that leads to its CPU", () -> fromItsPort(evidence, "udp")),
                DynamicTest.dynamicTest("and its successor from the same", () -> fromItsPort(evidence, "udp-rekeyed"))),
                Stream.concat(Stream.of("spi", "ntuple", "auto", "xdp").flatMap(word -> Stream.of(word, word + "-rekeyed")),
                        Stream.of("spi-followed", "xdp-replugged")).map(phase ->
                        DynamicTest.dynamicTest("each CPU decrypts its own SA: " + phase, () -> onItsCpu(evidence, phase))));
    }

    private static SwanctlConf left() {
        return SwanctlConf.left(TUNNEL).child("start_action", "trap");
    }

    private static String conf(SwanctlConf conf, String steering, String perCpu, String host) {
        return conf.connection("steering", steering).child("per_cpu_sas", perCpu).child("rekey_time", "1h")
                .child("life_time", "2h").child("rand_time", "0s").text() + """
                keylane {
                    steering_directory = /run/bpf/%s
                    devices { to-spread { spread = 0-3 } }
                }
                """.formatted(host);
    }

    /** Every packet of an SA that is bound to a CPU; and there are as many of each CPU's as were sent. */
    private static void onItsCpu(Evidence evidence, String phase) {
        onCpus(evidence, phase, cpu -> cpu);
    }

    /** @param where the CPU that the packets of an SA arrive at, by the one it is bound to */
    private static void onCpus(Evidence evidence, String phase, IntUnaryOperator where) {
        Map<String, Integer> bound = evidence.states(phase + ".right").stream()
                .filter(sa -> sa.cpu().isPresent() && sa.destination().equals(Family.IPV4.right))
                .collect(Collectors.toMap(KernelSa::spi, sa -> sa.cpu().getAsInt(), (a, _) -> a));
        Map<Integer, Long> taken = new TreeMap<>();
        for (SeenPackets one : evidence.seen("seen-" + phase + ".right")) {
            assertThat(bound).as("SAs by CPU. %s", evidence).containsKey(one.spi());
            assertThat(one.cpu()).as("CPU that took SPI %s in. %s", one.spi(), evidence)
                    .isEqualTo(where.applyAsInt(bound.get(one.spi())));
            taken.merge(one.cpu(), one.packets(), Long::sum);
        }
        assertThat(taken).as("packets by CPU. %s", evidence).isEqualTo(
                IntStream.range(0, CPUS).boxed().collect(Collectors.toMap(cpu -> cpu, _ -> (long) SENT_BY_EACH)));
    }

    private static void inTheWay(Evidence evidence) {
        assertThat(evidence.log("right")).as("%s", evidence).contains("nic2 is not steered (steering = xdp): "
                + "/run/bpf/right/esp/nic2/sas is HASH key 20 value 16 entries 64, not HASH key 24 value 16 entries ");
        assertThat(evidence.text("map-in-the-way")).contains("stranger");
        assertThat(evidence.states("in-the-way.right").stream().filter(sa -> sa.destination().equals(Family.IPV4.right))
                .mapToLong(KernelSa::packets).sum()).as("packets decrypted. %s", evidence)
                .isGreaterThanOrEqualTo((long) CPUS * SENT_BY_EACH);
    }

    /** The right end has chosen from which port each of the left end's SAs comes. */
    private static void fromItsPort(Evidence evidence, String phase) {
        Map<String, Integer> bound = evidence.states(phase + ".right").stream().filter(sa -> sa.cpu().isPresent())
                .collect(Collectors.toMap(KernelSa::spi, sa -> sa.cpu().getAsInt(), (a, _) -> a));
        Map<String, Integer> wanted = evidence.text(phase + ".ports").lines().filter(line -> line.matches(".*pcpu=[0-9]+ dir=out.*"))
                .collect(Collectors.toMap(line -> value(line, "sport"), line -> bound.get(value(line, "spi"))));
        assertThat(wanted).as("CPUs by port. %s", evidence).hasSize(CPUS);
        assertThat(wanted.values()).containsExactlyInAnyOrder(0, 1, 2, 3);
        Map<String, Integer> taken = evidence.text("seen-" + phase + ".right").lines()
                .filter(line -> line.endsWith("packets=" + SENT_BY_EACH))
                .collect(Collectors.toMap(line -> value(line, "sport"), line -> Integer.valueOf(value(line, "cpu"))));
        assertThat(taken).as("CPUs by port. %s", evidence).isEqualTo(wanted);
        assertThat(evidence.text("udp.ports").lines().map(line -> value(line, "sport")).sorted().toList())
                .isEqualTo(evidence.text("udp-rekeyed.ports").lines().map(line -> value(line, "sport")).sorted().toList());
    }

    private static String value(String line, String key) {
        return line.replaceFirst("(^|.* )" + key + "=", "").replaceFirst(" .*", "");
    }

    private static void rulesGo(Evidence evidence) {
        assertThat(evidence.text("rules-spi")).contains("Total 0 rules");
        assertThat(evidence.text("rules-ntuple").lines().filter(line -> line.startsWith("Filter: "))).hasSize(CPUS);
        assertThat(evidence.text("rules-ntuple-gone")).contains("Total 0 rules");
        assertThat(evidence.text("rules-xdp")).contains("Total 0 rules");
    }

    private static void fallsThrough(Evidence evidence) {
        assertThat(evidence.log("right")).contains("steering nic2 by spi (Toeplitz over the SPI")
                .contains("steering nic2 by ntuple (rules in the device")
                .containsPattern("is steered by ntuple, since spi: nic2 does not hash the SPI of ESP")
                .containsPattern("is steered by xdp, since spi: .*; ntuple: the table of nic2 is full with 2 SAs");
        assertThat(evidence.text("show")).contains("nic2: steering = auto", "ntuple rules in the device, 2 in all, 2 of 2 entries")
                .containsPattern("xdp +(native|generic), 2 of [0-9]+ entries, [1-9][0-9]* hits")
                .contains("alert: the table of nic2 is full with 2 SAs")
                .containsPattern("CPUs that send: (watched on nic2|none needs to be watched)\n +children and peers: 1 by the program, 0 by acq");
    }

    private static void spread(Evidence evidence) {
        assertThat(sentBy(evidence, "quiet", "unspread")).as("SAs by CPU. %s", evidence)
                .isEqualTo(Map.of(0, (long) DATAGRAMS));
        Map<Integer, Long> spread = sentBy(evidence, "unspread", "spread");
        assertThat(spread).as("SAs by CPU. %s", evidence).containsOnlyKeys(0, 1, 2, 3);
        assertThat(spread.values().stream().mapToLong(n -> n).sum()).isEqualTo(DATAGRAMS);
    }

    /** How many packets left has sent on the SAs of each CPU between two snapshots. */
    private static Map<Integer, Long> sentBy(Evidence evidence, String before, String after) {
        Map<String, Long> until = KernelSa.packetsBySpi(evidence.states(before + ".left"));
        Map<Integer, Long> sent = new TreeMap<>();
        for (KernelSa sa : KernelSa.from(Family.IPV4.left, evidence.states(after + ".left"))) {
            long more = sa.packets() - until.getOrDefault(sa.spi(), 0L);
            if (more != 0) {
                sent.merge(sa.cpu().orElse(-1), more, Long::sum);
            }
        }
        return sent;
    }

    private static final String SCRIPT = """
            end_capture wire
            mkdir /run/bpf; mount -t bpf bpf /run/bpf
            behind_left unspread 10.1.0.3
            behind_left spread 10.1.0.2
            watch_cpus right
            on right ethtool -K nic2 gro off   # with it ESP is decrypted before nftables sees it
            sink right 9999
            start_keylane right /out/spi.conf
            start_keylane left /out/left.conf

            spread_plaintext() {
              say spreading
              snapshot quiet
              flood unspread
              flood spread
            }
            flood() { # HOST: two hundred datagrams, each of a flow of its own
              local before=$(carried_to right 10.0.0.2)
              on $1 taskset -c 0 bash -c 'for ((i = 0; i < 200; i++)); do echo >/dev/udp/10.2.0.1/9999; done'
              wait_until 5 has_carried right 10.0.0.2 $((before + 200)) || true
              snapshot $1
            }

            # the same as watch_cpus and seen, by UDP port
            on right nft 'table inet ports {
              set by_port { typeof udp sport . meta cpu; flags dynamic; size 4096; counter; }
              chain in { type filter hook input priority -10; udp dport 4500 update @by_port { udp sport . meta cpu }; }; }'
            seen_ports() { # NAME
              on right nft list set inet ports by_port | { grep -oE '[0-9]+ \\. [0-9]+ counter packets [0-9]+' || true; } |
                awk '{ print "sport=" $1 " cpu=" $3 " packets=" $6 }' >$1.right
              on right nft flush set inet ports by_port
            }

            forty_each() { # PHASE: from each CPU of left
              local cpu before
              sleep 0.3   # what knocked is on its way
              seen before right; seen_ports before
              before=$(carried_to right 10.0.0.2)
              for cpu in 0 1 2 3; do send_from left $cpu 40 10.2.0.1 9999; done
              wait_until 5 has_carried right 10.0.0.2 $((before + 160)) || true
              snapshot $1
              case $1 in
                udp*) seen_ports seen-$1; encapsulated left >$1.ports ;;
                *) seen seen-$1 right ;;
              esac
            }
            rules() { on right ethtool -n nic2 >rules-$1; }
            no_rules() { on right ethtool -n nic2 | grep -q 'Total 0 rules'; }
            steered_by() { # WORD: new SAs, then their successors
              say "steering = $1"
              wait_until 40 all_cpus_have_sas left 4 10.0.0.1 10.2.0.1
              wait_until 10 settled
              forty_each $1
              rules $1
              [ $1 != auto ] || on right /host/keylane steer show --control /run/right.vici >show
              rekey left child >>rekeyings 2>&1
              wait_until 10 settled
              forty_each $1-rekeyed
            }
            then_steer_by() { # WORD
              load right /out/$1.conf >>loads 2>&1
              terminate left net >>terminate 2>&1
              wait_until 10 no_states
            }
            steered_by spi
            spread_plaintext

            say "two interrupts change places"
            bind() { # QUEUE CPU
              echo $2 >/proc/irq/$(in_card right queues | sed -n "s/queue=$1 irq=\\([0-9]*\\).*/\\1/p")/smp_affinity_list
            }
            bind 0 3
            bind 3 0
            forty_each spi-moved
            sleep 5.5   # how long the daemon relies on what it knows of the card
            rekey left child >>rekeyings 2>&1
            wait_until 10 settled
            forty_each spi-followed

            load left /out/left-udp.conf >>loads 2>&1
            then_steer_by udp
            steered_by udp
            load left /out/left.conf >>loads 2>&1
            then_steer_by ntuple
            steered_by ntuple
            then_steer_by auto
            wait_until 5 no_rules || true   # each goes after its SA
            rules ntuple-gone
            echo 2 >/sys/module/lanenic/parameters/rules
            on right ethtool -N nic2 rx-flow-hash esp4 sd
            sleep 5.5   # as above
            steered_by auto
            then_steer_by xdp
            steered_by xdp
            hook() { ip -n right link show nic2 | grep -o ' xdp[a-z]* ' || true; }
            free() { [ -z "$(hook)" ]; }
            hook >hook-xdp

            say "the card goes"
            ip -n wire link del to-right
            wait_until 10 grep -q 'nic2 has gone' right.log
            say "and comes back"
            plug_lanenic right 2 nic2
            ip -n wire link set to-right master bridge up
            ip -n right addr add 10.0.0.2/24 dev nic2
            ip -n right addr add fd00::2/64 dev nic2 nodad
            ip -n right link set nic2 up
            on right ethtool -K nic2 gro off
            neighbour right 1 2
            attached() { [ -n "$(hook)" ]; }
            wait_until 10 attached
            sleep 2.5   # and every SA has its entry again
            forty_each xdp-replugged

            terminate left net >>terminate 2>&1
            wait_until 10 no_states
            load right /out/none.conf >>loads 2>&1
            wait_until 10 free || true
            hook >hook-none

            say "a map of another shape is in the way"
            mkdir -p /run/bpf/right/esp/nic2
            bpftool map create /run/bpf/right/esp/nic2/sas type hash key 20 value 16 entries 64 name stranger
            load right /out/xdp.conf >>loads 2>&1
            wait_until 10 grep -q 'remove it if nobody needs it' right.log
            wait_until 40 all_cpus_have_sas left 4 10.0.0.1 10.2.0.1
            wait_until 10 settled
            forty_each in-the-way
            bpftool map show pinned /run/bpf/right/esp/nic2/sas >map-in-the-way
            """;
}
