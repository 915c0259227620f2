package dev.keylane.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.interop.lab.Evidence;
import dev.keylane.interop.lab.InLab;
import dev.keylane.interop.lab.Scenario;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Numbers chosen by a card's hash, and rules in the card, against where the card then puts packets. */
@InLab
class SteeringByTheCard_LinuxTest {
    private static Evidence evidence;

    @BeforeAll
    static void run() {
        evidence = Scenario.named("steering-by-the-card").cards("right").cpus(4).within(Duration.ofSeconds(300)).run(SCRIPT);
        evidence.completed();
    }

    @Test
    void theCardIsKnownForWhatItDoes() {
        assertThat(evidence.text("plan")).startsWith("""
                nic2: spi (chosen): Toeplitz over the SPI, 128 entries, 4 queues on 4 CPUs
                nic2: ntuple (would do): the driver lanenic takes rules, for the SPI of ESP or not is told by the first, 0 of 64 places are taken
                """);
        assertThat(evidence.text("plan-threads")).contains(
                "nic2: ntuple (no): nic2 polls in threads, which run anywhere (/sys/class/net/nic2/threaded)");
        assertThat(evidence.text("plan-without-spi")).contains(
                "nic2: spi (in part): Toeplitz over the ports of UDP, 128 entries, 4 queues on 3 CPUs\n",
                "nic2: ntuple (chosen): ");
        assertThat(evidence.text("plan-veth")).contains("ETHTOOL_GRSSH: EOPNOTSUPP", "ETHTOOL_GRXCLSRLCNT: EOPNOTSUPP");
    }

    @Test
    void chosenNumbersArriveOnTheirCpu() {
        expectArrivals("numbers", 12);
    }

    @Test
    void interruptsThatWereMovedAreFollowed() {
        expectArrivals("moved", 12);
    }

    @Test
    void anotherKeyAndTableAreFollowed() {
        assertThat(evidence.text("rekeyed")).contains("esp4 2 nic2 has no queue on CPU 2\n", "esp6 3 nic2 has no queue on CPU 3\n");
        expectArrivals("rekeyed", 6);
    }

    @Test
    void rulesGoBeforeTheHashAndAreTakenAway() {
        expectArrivals("rules", 8);
        assertThat(evidence.text("swept")).startsWith("swept 8\n").contains("Total 1 rules").contains("Filter: 5");
    }

    /** "esp4 CPU NUMBER packets on CPUs: 0 0 50 0" a line; neighbours send a packet of their own now and then. */
    private static void expectArrivals(String phase, int lines) {
        List<String> arrivals = evidence.text(phase + "-arrivals").lines().toList();
        assertThat(arrivals).as("%s", evidence).hasSize(lines).allSatisfy(line -> {
            String[] words = line.split(" ");
            int[] packets = Stream.of(words).skip(6).mapToInt(Integer::parseInt).toArray();
            int there = packets[Integer.parseInt(words[1])];
            assertThat(there).as(line).isBetween(50, 54);
            assertThat(IntStream.of(packets).sum() - there).as(line).isLessThan(5);
        });
    }

    private static final String SCRIPT = """
            classes=
            for module in ike xfrm-netlink rss-steering; do
                classes+=:/host/$module/target/classes:/host/$module/target/test-classes
            done
            coproc CARD { on right java --enable-native-access=ALL-UNNAMED -cp "${classes#:}" \\
                dev.keylane.steering.card.CardRun /out/notes 2>errors; }
            card() { # DEVICE WHAT
              local line
              echo "$*" >&"${CARD[1]}"
              while read -r line <&"${CARD[0]}" && [ "$line" != . ]; do echo "$line"; done
            }

            by_cpu() { # packets so far on CPU 0, 1, 2, 3
              in_card right queues | awk -F'[= ]' '{ sum[$6] += $8 } END { print sum[0] + 0, sum[1] + 0, sum[2] + 0, sum[3] + 0 }'
            }
            send() { # KIND NUMBER: fifty packets of ESP that nobody decrypts
              local family=4 from=10.0.0.1 to=10.0.0.2 spi=$2 encap=
              if [ "$1" = esp6 ]; then family=6 from=fd00::1 to=fd00::2; fi
              if [ "$1" = udp4 ]; then spi=0x10000001 encap="encap espinudp $2 4500 0.0.0.0"; fi
              ip -n left xfrm state add src $from dst $to proto esp spi $spi mode transport \\
                  aead 'rfc4106(gcm(aes))' 0x0102030405060708090a0b0c0d0e0f1011121314 128 $encap
              ip -n left xfrm policy add src $from dst $to dir out tmpl src $from dst $to proto esp mode transport
              on left ping -$family -q -c 50 -i 0.002 -W 0.1 $to >/dev/null || true
              ip -n left xfrm policy flush
              ip -n left xfrm state flush
            }
            arrivals() { # PHASE: sends what the phase has numbers for
              local kind cpu number before after
              grep -E '^(esp4|esp6|udp4) [0-9]+ (0x[0-9a-f]+|[0-9]+)$' "$1" | while read -r kind cpu number; do
                before=($(by_cpu))
                send $kind $number </dev/null
                after=($(by_cpu))
                echo "$kind $cpu $number packets on CPUs: $((after[0] - before[0])) $((after[1] - before[1]))" \\
                    "$((after[2] - before[2])) $((after[3] - before[3]))"
              done >"$1-arrivals"
            }

            card nic2 plan >plan
            card nic2 numbers >numbers
            arrivals numbers

            card nic2 rules >rules
            on right ethtool -N nic2 flow-type esp4 dst-ip 10.0.0.2 spi 0x77 action 1 loc 5
            arrivals rules
            card nic2 sweep >swept
            on right ethtool -n nic2 >>swept

            first=$(in_card right queues | sed -n 's/queue=0 irq=\\([0-9]*\\).*/\\1/p')
            last=$(in_card right queues | sed -n 's/queue=3 irq=\\([0-9]*\\).*/\\1/p')
            echo 3 >/proc/irq/$first/smp_affinity_list
            echo 0 >/proc/irq/$last/smp_affinity_list
            card nic2 numbers >moved
            arrivals moved

            on right ethtool -X nic2 hkey $(printf '%02x:' $(seq 101 139))aa equal 2
            echo 0 >/proc/irq/$first/smp_affinity_list
            card nic2 numbers >rekeyed
            arrivals rekeyed

            on right ethtool -N nic2 rx-flow-hash esp4 sd
            on right ethtool -N nic2 rx-flow-hash esp6 sd
            card nic2 plan >plan-without-spi
            on right sh -c 'echo 1 >/sys/class/net/nic2/threaded'
            card nic2 plan >plan-threads
            ip -n right link add kv0 type veth peer name kv1
            card kv0 plan >plan-veth
            """;
}
