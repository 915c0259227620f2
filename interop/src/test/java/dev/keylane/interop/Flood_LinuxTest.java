package dev.keylane.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.interop.lab.Evidence;
import dev.keylane.interop.lab.InLab;
import dev.keylane.interop.lab.Scenario;
import dev.keylane.interop.peer.SwanctlConf;
import dev.keylane.interop.peer.Tunnel;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * IKE_SA_INIT requests from spoofed addresses, the peer's among them, while the peer makes IKE SAs: keylane as responder,
 * then strongSwan for comparison. Counts are judged; what it costs is printed, and stays in the file {@code table}.
 */
@InLab
@Isolated
class Flood_LinuxTest {
    private static final List<Integer> RATES = List.of(1000, 5000, 10_000);
    private static final int SECONDS = 6;
    /** Half-open IKE SAs from which on both demand cookies; the peer's own come on top. */
    private static final int COOKIE_THRESHOLD = 30;

    /** A line of the table. */
    private record Row(String daemon, int asked, int sent, int handled, int micros, int rssBefore, int rssDuring,
                       int halfOpen, int logLines, String before, String during, String after, int failed) {
        static Row parse(String line) {
            String[] words = line.split(" +");
            int[] n = Arrays.stream(words, 1, 9).mapToInt(Integer::parseInt).toArray();
            return new Row(words[0], n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], words[9], words[10], words[11],
                    Integer.parseInt(words[12]));
        }
    }

    @TestFactory
    Stream<DynamicTest> peersGetInWhileItLasts() {
        Evidence evidence = Scenario.named("flood").within(Duration.ofSeconds(420))
                .file("left.conf", SwanctlConf.left(Tunnel.plain("net")).text())
                .file("right.conf", SwanctlConf.right(Tunnel.plain("net")).text()
                        + SwanctlConf.right(Tunnel.plain("anybody")).connection("remote_addrs", "%any").text())
                .run(FUNCTIONS + "rates='" + String.join(" ", RATES.stream().map(String::valueOf).toList())
                        + "' seconds=" + SECONDS + "\n" + STEPS);
        System.out.println(evidence.text("table"));
        return Stream.concat(Stream.of(DynamicTest.dynamicTest("script", evidence::completed)),
                Stream.of("keylane", "charon").flatMap(daemon -> RATES.stream().map(rate -> DynamicTest.dynamicTest(
                        daemon + " at " + rate, () -> judge(row(evidence, daemon, rate), evidence)))));
    }

    private static Row row(Evidence evidence, String daemon, int rate) {
        return evidence.text("table").lines().filter(line -> line.matches(daemon + " +" + rate + " .*")).map(Row::parse)
                .findFirst().orElseThrow(() -> new AssertionError("no line for " + daemon + ". " + evidence));
    }

    private static void judge(Row row, Evidence evidence) {
        assertThat(row.sent()).as("requests sent. %s", evidence).isPositive();
        assertThat(row.handled()).as("requests handled. %s", evidence).isPositive();
        if (row.daemon().equals("keylane")) {
            assertThat(row.failed()).as("handshakes that failed, before, during and after. %s", evidence).isZero();
            assertThat(row.halfOpen()).as("half-open IKE SAs. %s", evidence).isBetween(1, COOKIE_THRESHOLD + 3);
            // A hundred a second about strangers; those about the peer are a few dozen for each of its handshakes.
            assertThat(row.logLines()).as("lines in the log. %s", evidence).isLessThan(100 * (SECONDS + 4) + 1000);
        }
    }

    private static final String FUNCTIONS = """
            host flood 3
            neighbour right 3 2
            neighbour flood 2 3
            ip -n right route add 10.66.0.0/16 via 10.0.0.3     # answers go back to whoever floods, and end there
            on flood sysctl -qw net.ipv4.ip_forward=0

            received() { on right awk '$1 == "Udp:" { line = $0 } END { split(line, n, " "); print n[2] }' /proc/net/snmp; }
            spent() { awk '{ print ($14 + $15) * 10000 }' "/proc/${pid[right]}/stat"; }             # microseconds
            resident() { awk '/^VmRSS/ { print int($2 / 1024) }' "/proc/${pid[right]}/status"; }    # MiB
            half_open() { vici right --stats | grep -oE '[0-9]+ half-open' | grep -oE '^[0-9]+'; }
            lines() { wc -l <right.log; }
            some_half_open() { [ "$(half_open)" -gt 0 ]; }

            # handshakes COUNT: adds the milliseconds of each to `latencies`, and to `failed`
            handshakes() {
                local i from; latencies=
                for ((i = 0; i < $1; i++)); do
                    from=$(date +%s%N)
                    initiate left net >>initiate.log 2>&1 || failed=$((failed + 1))
                    latencies+="$((($(date +%s%N) - from) / 1000000)) "
                    terminate left net >>initiate.log 2>&1 || true
                done
                latencies=$(tr ' ' '\\n' <<<"$latencies" | sort -n | awk 'NF { v[++n] = $1 } END { print v[int((n + 1) / 2)] "/" v[n] }')
            }

            # measure NAME RATE: a flood, and the peer's handshakes before, during and after it; a line of the table
            measure() {
                local before during after rss cpu udp log sent most=0
                failed=0
                handshakes 5; before=$latencies
                rss=$(resident) cpu=$(spent) udp=$(received) log=$(lines)
                on flood /host/interop/lab/flood.py 10.0.0.2 "$2" "$seconds" 10.0.0.1 >sent & local flooding=$!
                wait_until 10 some_half_open || true
                sleep 0.5
                most=$(half_open)
                handshakes 5; during=$latencies
                wait $flooding
                cpu=$(($(spent) - cpu)) udp=$(($(received) - udp)) log=$(($(lines) - log)) sent=$(cat sent)
                local late; late=$(resident)
                handshakes 5; after=$latencies
                printf '%-8s %7d %7d %7d %6d %6d %6d %6d %6d %12s %12s %12s %3d\\n' "$1" "$2" "$sent" "$udp" $((cpu / udp)) \\
                    "$rss" "$late" "$most" "$log" "$before" "$during" "$after" "$failed" >>table
                sleep 1
            }
            """;

    private static final String STEPS = """
            printf '# IKE_SA_INIT from spoofed addresses for %d s; handshakes of the peer: median/worst of 5, ms\\n' "$seconds" >table
            printf '%-8s %7s %7s %7s %6s %6s %6s %6s %6s %12s %12s %12s %3s\\n' '#' 'asked/s' sent handled us/pkt MiB0 MiB1 halfop \\
                lines before during after bad >>table
            # What is lost of the peer's own, as of everybody's, comes again soon: left to itself it sends four times in all.
            charon_settings='retransmit_tries = 8
              retransmit_base = 1.2' start_charon left /out/left.conf
            jvm_options=    # all of the JVM's compilers, as outside
            start_keylane right /out/right.conf
            measure warming-up 3000
            for rate in $rates; do measure keylane "$rate"; done
            stop right
            mv right.log right.keylane.log
            # A line a packet would be what costs most.
            charon_settings='filelog { log { default = 0
                ike = 0 } }' start_charon right /out/right.conf
            for rate in $rates; do measure charon "$rate"; done
            """;
}
