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
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * All that two hosts say to each other is encrypted by their cards, but IKE, which passes beside the policies in hardware:
 * liveness checks and rekeyings get through. keylane on both ends first, then strongSwan on the left one, which offloads,
 * too, and then does not.
 */
@InLab
class OffloadedHosts_PeersTest {
    private static final Tunnel HOSTS = new Tunnel("net", Mode.TRANSPORT, Family.IPV4, Suite.AES_GCM, true);

    @TestFactory
    Stream<DynamicTest> hosts() {
        Evidence evidence = Scenario.named("offloaded-hosts").cards("left", "right").cpus(2).within(Duration.ofSeconds(200))
                .file("left.conf", conf(SwanctlConf.left(HOSTS))).file("right.conf", conf(SwanctlConf.right(HOSTS)))
                .file("software.conf", SwanctlConf.left(HOSTS).child("rekey_time", "1h").text()).run(SCRIPT);
        return Stream.of(
                DynamicTest.dynamicTest("the script comes to its end", evidence::completed),
                DynamicTest.dynamicTest("ping, VXLAN and TCP cross as ESP, IKE as it is", () -> crossed(evidence)),
                DynamicTest.dynamicTest("the cards have done all of it", () -> byTheCards(evidence)),
                DynamicTest.dynamicTest("a card with room for three SAs is rekeyed as well", () -> withoutRoom(evidence)),
                DynamicTest.dynamicTest("liveness checks get through", () -> alive(evidence)),
                DynamicTest.dynamicTest("rekeyings between keylanes lose nothing", () -> lostNothing(evidence, "keylane")),
                DynamicTest.dynamicTest("rekeyings with a strongSwan that offloads lose nothing",
                        () -> lostNothing(evidence, "charon")),
                DynamicTest.dynamicTest("what lets IKE pass stands while it is needed", () -> bypass(evidence)));
    }

    private static String conf(SwanctlConf conf) {
        return conf.connection("dpd_delay", "1s").child("rekey_time", "1h").child("hw_offload", "packet")
                .child("replay_window", "64").text();
    }

    private static void crossed(Evidence evidence) {
        for (String left : List.of("keylane", "charon", "software")) {
            assertThat(evidence.text("ping." + left)).as("%s. %s", left, evidence).contains("5 received");
            assertThat(evidence.text("vxlan." + left)).as("%s. %s", left, evidence).contains("5 received");
            assertThat(evidence.text("tcp." + left)).as("%s. %s", left, evidence).hasSize(100_000);
            assertThat(evidence.number(left + ".esp")).as("%s. %s", left, evidence).isGreaterThan(20);
            assertThat(evidence.number(left + ".else")).as("%s, neither ESP nor IKE. %s", left, evidence).isZero();
        }
        assertThat(evidence.number("hosts.esp")).as("%s", evidence).isGreaterThan(1200);
        assertThat(evidence.number("hosts.ike")).as("%s", evidence).isGreaterThan(8);
        assertThat(evidence.number("hosts.else")).as("%s", evidence).isZero();
    }

    /**
     * Each frame was encrypted by one card and decrypted by the other, so there is nothing left that Linux could have done; and
     * Linux has nowhere noted that it used one of their SAs, as it does where it encrypts and decrypts by itself.
     */
    private static void byTheCards(Evidence evidence) {
        for (String left : List.of("keylane", "charon", "software")) {
            boolean both = !left.equals("software");
            long worked = packets(evidence, left + ".after") - packets(evidence, left + ".before");
            assertThat(worked).as("%s: ESP of the cards against ESP on the wire. %s", left, evidence)
                    .isEqualTo((both ? 2 : 1) * evidence.number(left + ".esp"));
            assertThat(usedByLinux(evidence, left, "right")).as("%s. %s", left, evidence).isZero();
            assertThat(usedByLinux(evidence, left, "left")).as("%s. %s", left, evidence).isEqualTo(both ? 0 : 2);
        }
    }

    private static long packets(Evidence evidence, String when) {
        return CardSa.parse(evidence.text("cards." + when)).stream().mapToLong(CardSa::packets).sum();
    }

    private static long usedByLinux(Evidence evidence, String left, String host) {
        String states = evidence.text("states." + left + "." + host);
        assertThat(states.lines().filter(line -> line.contains("proto esp"))).as("%s", evidence).hasSize(2);
        return states.lines().filter(line -> line.contains("lastused")).count();
    }

    private static void withoutRoom(Evidence evidence) {
        for (String asking : List.of("left", "right")) {
            String pings = evidence.text("full." + asking);
            System.out.println("rekeyed by " + asking + ", right's card being full: " + pings.lines().toList().get(3));
            // But for the moment in which the one SA goes and the other comes, a tenth of a second where both CPUs are busy.
            assertThat(pings).as("%s", evidence).containsPattern(" (2[89][0-9]|300) received");
            assertThat(CardSa.parse(evidence.text("full.card." + asking))).as("%s", evidence).filteredOn(CardSa::out).hasSize(1);
        }
        assertThat(evidence.number("full.spis")).as("each has asked. %s", evidence).isEqualTo(3);
        assertThat(evidence.log("right")).doesNotContain("unable to complete CHILD_SA");
    }

    private static void alive(Evidence evidence) {
        assertThat(evidence.text("hosts.quiet")).as("%s", evidence).isEqualTo("2 IKE messages at least\n");
        assertThat(evidence.log("right")).doesNotContain("retransmit");
    }

    private static void lostNothing(Evidence evidence, String left) {
        assertThat(evidence.text("rekeyed." + left)).as("%s", evidence).contains("600 packets transmitted, 600 received");
    }

    private static void bypass(Evidence evidence) {
        assertThat(evidence.text("bypass").lines().filter(line -> line.contains("proto=17"))).as("%s", evidence).hasSize(4)
                .allMatch(line -> line.contains("priority=1 action=pass"));
        assertThat(evidence.text("left-over").strip()).as("%s", evidence).isEqualTo("0 0");
    }

    private static final String SCRIPT = """
            end_capture wire
            start_keylane right /out/right.conf
            start_keylane left /out/left.conf
            capture hosts
            initiate left net >initiated 2>&1
            in_card right policies >bypass
            vxlan() { # HOST ME OTHER
              ip -n $1 link add vx0 type vxlan id 7 remote 10.0.0.$3 local 10.0.0.$2 dstport 4789 dev nic$2
              # Nothing but what is sent below: IPv6 would speak up by itself.
              on $1 sysctl -qw net.ipv6.conf.vx0.disable_ipv6=1
              ip -n $1 link set vx0 address 02:00:00:00:07:0$2 mtu 1300 up
              ip -n $1 addr add 172.16.0.$2/24 dev vx0
              ip -n $1 neigh replace 172.16.0.$3 lladdr 02:00:00:00:07:0$3 dev vx0 nud permanent
            }
            vxlan left 1 2; vxlan right 2 1
            cards() { in_card left sas; in_card right sas; }
            crossing() { # NAME
              local listening host
              cards >cards.$1.before
              capture $1
              on left ping -q -c 5 -i 0.05 -W 1 10.0.0.2 >ping.$1
              on left ping -q -c 5 -i 0.05 -W 1 172.16.0.2 >vxlan.$1
              on right timeout 30 socat -u TCP-LISTEN:9997,reuseaddr CREATE:tcp.$1 & listening=$!
              wait_until 10 eval 'on right ss -lnt | grep -q :9997'
              head -c 100000 /dev/zero | on left socat -u - TCP:10.0.0.2:9997
              wait $listening
              sleep 0.3
              end_capture $1
              cards >cards.$1.after
              for host in left right; do on $host ip -s xfrm state >states.$1.$host; done
              captured $1 esp >$1.esp
              captured $1 "ip and not esp and not udp port 500 and not udp port 4500" >$1.else
            }
            crossing keylane
            one_pair() { [ "$(in_card right sas | wc -l)" = 2 ] && [ "$(in_card left sas | wc -l)" = 2 ]; }
            out_spi() { in_card right sas | grep dir=out | cut -d' ' -f1; }
            rekeyings() { # NAME: by either end, while pings cross
              local host before pinger
              on left ping -q -c 600 -i 0.005 -W 1 10.0.0.2 >rekeyed.$1 & pinger=$!
              sleep 0.5
              for host in left right; do
                before=$(out_spi)
                vici $host --rekey --child net >>rekeyings 2>&1
                moved() { one_pair && [ "$(out_spi)" != "$before" ]; }
                wait_until 15 moved
              done
              wait $pinger
            }
            rekeyings keylane
            # Old and new inbound, and one outbound.
            set_card right sa_table 3
            out_spi >spis
            for host in left right; do
              before=$(out_spi)
              on right ping -q -c 300 -i 0.005 -W 1 10.0.0.1 >full.$host & pinger=$!
              sleep 0.3
              vici $host --rekey --child net >>rekeyings 2>&1
              wait_until 15 moved
              out_spi >>spis
              wait $pinger
              in_card right sas >full.card.$host
            done
            sort -u spis | wc -l >full.spis
            set_card right sa_table 1024
            vici left --rekey --ike net >>rekeyings 2>&1
            capture quiet "udp port 500"
            enough() { [ "$(captured quiet)" -ge 2 ]; }
            wait_until 10 enough && echo "2 IKE messages at least" >hosts.quiet
            end_capture quiet
            end_capture hosts
            captured hosts esp >hosts.esp
            captured hosts "udp port 500 or udp port 4500" >hosts.ike
            captured hosts "ip and not esp and not udp port 500 and not udp port 4500" >hosts.else
            terminate left net >terminated 2>&1
            wait_until 10 no_states
            stop left

            start_charon left /out/left.conf
            initiate left net >>initiated 2>&1
            crossing charon
            rekeyings charon
            terminate left net >>terminated 2>&1
            wait_until 10 no_states
            load left software.conf >load 2>&1
            initiate left net >>initiated 2>&1
            crossing software
            terminate left net >>terminated 2>&1
            wait_until 10 no_states
            wait_until 5 eval '[ -z "$(in_card right policies)" ]' || true
            echo "$(in_card right sas | wc -l) $(in_card right policies | wc -l)" >left-over
            """;
}
