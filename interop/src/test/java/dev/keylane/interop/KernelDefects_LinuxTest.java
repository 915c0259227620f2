package dev.keylane.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.interop.lab.Evidence;
import dev.keylane.interop.lab.InLab;
import dev.keylane.interop.lab.Scenario;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What Linux does to per-CPU SAs that it should not, shown by {@code ip xfrm} alone, and the cure that keylane rests on.
 * A defect is {@code present} or {@code gone}: a kernel that has been mended passes too, and says so. A cure must work on
 * either. For the state cache there is none; keylane bounds the number of SAs instead. {@code docs/per-cpu.md} has them all.
 *
 * <p>The same cures through keylane's own netlink: {@code AcquireCases} ("taking the flag back restores the fallback") and
 * {@code RealKernelCases} ("the table of states is large from the start"). That keylane takes them: {@code PerCpuPlanTest}
 * (one acquire at a time, larval states awaited), {@code PolicyLedgerTest} (no flag on offloaded policies),
 * {@code KernelSideCrashTest} (the flag of a run before), {@code FewestResourceTest} (how many states).
 */
@InLab
class KernelDefects_LinuxTest {
    private static final List<String> DEFECTS = List.of("acquire-flag", "one-acquire-at-a-time", "larval-state-stays",
            "flag-set-too-soon", "queue-of-larval-drop", "nobody-listens", "connected-socket", "younger-fallback",
            "state-cache", "flag-on-offloaded-policy", "software-state-behind-it");
    private static final List<String> CURES = List.of("acquire-flag/flag-taken-back", "acquire-flag/own-sa",
            "one-acquire-at-a-time/flag-set-again", "flag-set-too-soon/larval-state-awaited",
            "queue-of-larval-drop/flag-taken-back", "queue-of-larval-drop/no-flag", "nobody-listens/flag-taken-back",
            "connected-socket/policy-updated", "younger-fallback/younger-own-sa", "younger-fallback/table-grown-before",
            "flag-on-offloaded-policy/no-flag", "software-state-behind-it/no-flag");

    @TestFactory
    Stream<DynamicTest> knownAndCured() {
        Evidence evidence = Scenario.named("kernel-defects").cards("left").cpus(4).within(Duration.ofSeconds(150)).run(SCRIPT);
        List<String> findings = evidence.text("findings").lines().toList();
        findings.forEach(line -> System.out.println("kernel: " + line));
        return Stream.of(
                Stream.of(DynamicTest.dynamicTest("the script comes to its end", evidence::completed)),
                DEFECTS.stream().map(defect -> DynamicTest.dynamicTest(defect + " is known",
                        () -> assertThat(of(defect, findings)).as("%s", evidence).matches("(present|gone) .*"))),
                CURES.stream().map(cure -> DynamicTest.dynamicTest(cure + " cures",
                        () -> assertThat(of(cure, findings)).as("%s", evidence).startsWith("cures "))))
                .flatMap(tests -> tests);
    }

    /** What was found about it, in the form {@code NAME VERDICT FIGURES}. */
    private static String of(String name, List<String> findings) {
        return findings.stream().filter(line -> line.startsWith(name + " ")).findFirst()
                .map(line -> line.substring(name.length() + 1)).orElse("nothing was found out");
    }

    private static final String SCRIPT = """
            end_capture wire
            fallback=0x1001 own=0x1002 younger=0x1003
            sa() { # HOST SPI [MORE...]: one of its outbound SAs to the other host
              ip -n $1 xfrm state add src $(address $1) dst $(peer_of $1) proto esp spi $2 reqid 1 mode transport \\
                dir out "${@:3}" aead 'rfc4106(gcm(aes))' 0x$(printf '%040x' $2) 128
            }
            policy() { # HOST add|update FLAGS [MORE...]; flag 4 is XFRM_POLICY_CPU_ACQUIRE
              ip -n $1 xfrm policy $2 src $(address $1) dst $(peer_of $1) proto udp dport 9999 dir out flag $3 "${@:4}" \\
                tmpl src $(address $1) dst $(peer_of $1) proto esp reqid 1 mode transport
            }
            address() { [ $1 = left ] && echo 10.0.0.1 || echo 10.0.0.2; }
            peer_of() { [ $1 = left ] && echo 10.0.0.2 || echo 10.0.0.1; }
            send() { send_from $1 $2 $3 $(peer_of $1) 9999; } # HOST CPU COUNT
            packets() { states $1 | sed -nE "s/.* spi=0x0*${2#0x} .* packets=([0-9]+) .*/\\\\1/p"; } # HOST SPI
            counted() { on $1 awk '$1 == "XfrmOutNoStates" { print $2 }' /proc/net/xfrm_stat; }
            forget() { ip -n $1 xfrm state flush; ip -n $1 xfrm policy flush; }
            found() { echo "$*" >>findings; }
            defect() { if [ $2 = $3 ]; then found "$1 gone ${*:4}"; else found "$1 present ${*:4}"; fi; } # NAME IS RIGHT WORDS
            cure() { if [ $2 = $3 ]; then found "$1 cures $2 ${*:4}"; else found "$1 FAILS: $2 instead of $3 ${*:4}"; fi; }

            larval() { states $1 | grep -c " spi=0x00000000 .*pcpu=$2 " || true; } # HOST CPU: whether its acquire is pending
            none_larval() { [ $(larval left 0)$(larval left 1) = 00 ]; }
            both_send() { send left 1 5; send left 0 5; } # five packets each of two CPUs

            say acquire-flag   # an acquire needs somebody who listens
            listens() { on left awk '$2 == 6 && $4 == "00000001" { found = 1 } END { exit !found }' /proc/net/netlink; }
            ip -n left xfrm monitor acquire >acquires & monitor=$!
            wait_until 10 listens
            sa left $fallback
            policy left add 0x4
            send left 1 1
            [ $(larval left 1) = 1 ]
            before=$(counted left)
            both_send
            sent=$(packets left $fallback)
            defect acquire-flag $sent 11 "$((11 - sent)) of 10 packets of two CPUs lost while the acquire of one is pending," \\
              "XfrmOutNoStates +$(($(counted left) - before))"
            defect one-acquire-at-a-time $(larval left 0) 1 "acquires for the CPU that sends meanwhile: $(larval left 0)"
            policy left update 0x0
            before=$(counted left)
            both_send
            cure acquire-flag/flag-taken-back $(($(packets left $fallback) - sent))/$(($(counted left) - before)) 10/0 \\
              packets over the fallback / XfrmOutNoStates
            sent=$(packets left $fallback)
            policy left update 0x4
            both_send
            defect flag-set-too-soon $(($(packets left $fallback) - sent)) 10 \\
              "$((10 - $(packets left $fallback) + sent)) of 10 packets lost when the flag is set while that acquire is still pending"
            forget left
            on left sysctl -qw net.core.xfrm_acq_expires=2
            sa left $fallback
            policy left add 0x4
            send left 1 1
            on left sysctl -qw net.core.xfrm_acq_expires=30
            policy left update 0x0
            wait_until 10 none_larval
            sent=$(packets left $fallback)
            policy left update 0x4
            send left 0 1
            cure flag-set-too-soon/larval-state-awaited $(($(packets left $fallback) - sent))/$(larval left 0) 1/1 \\
              packets over the fallback / acquires when the flag is set after the acquire has expired
            sa left $own pcpu-num 0
            send left 1 1
            cure one-acquire-at-a-time/flag-set-again $(larval left 0)/$(larval left 1) 0/1 \\
              acquires of the CPU that has got its SA / of the next one
            sent=$(packets left $fallback)
            sa left $younger pcpu-num 2
            send left 2 5; send left 3 5
            others=$(packets left $younger)/$(($(packets left $fallback) - sent))
            defect larval-state-stays $others 5/5 "$others packets of a CPU that gets its SA / of one without have come out" \\
              while the acquire of a third is pending
            sa left 0x1004 pcpu-num 1
            send left 1 5
            cure acquire-flag/own-sa $(packets left 0x1004) 5 packets over the SA of the CPU that had asked
            forget left

            say queue-of-larval-drop   # what should wait for the SA instead of being lost
            on left sysctl -qw net.core.xfrm_larval_drop=0
            come_out() { # SPI COUNT: within two seconds
              wait_until 2 reaches $1 $2 || true
              packets left $1
            }
            reaches() { [ $(packets left $1) -ge $2 ]; }
            sa left $fallback
            policy left add 0x4
            send left 1 1
            before=$(counted left)
            both_send
            sa left $own pcpu-num 1
            came=$(come_out $own 5)
            sleep 1
            came=$(($(packets left $own) + $(packets left $fallback) - 1))
            defect queue-of-larval-drop $came 10 "$came of 10 packets that were queued have come out after their CPU got its SA," \\
              "XfrmOutNoStates +$(($(counted left) - before))"
            forget left
            sa left $fallback
            policy left add 0x4
            send left 1 1
            both_send
            policy left update 0x0
            both_send
            cure queue-of-larval-drop/flag-taken-back $(come_out $fallback 21) 21 packets over the fallback, those that were queued included
            forget left
            sa left $fallback
            policy left add 0x0
            both_send
            cure queue-of-larval-drop/no-flag $(packets left $fallback) 10 packets over the fallback
            on left sysctl -qw net.core.xfrm_larval_drop=1
            forget left

            say nobody-listens   # the flag that a daemon leaves when it is killed
            kill $monitor
            wait $monitor || true
            sa left $fallback
            policy left add 0x4
            before=$(counted left)
            both_send
            sent=$(packets left $fallback)
            defect nobody-listens $sent 10 "$((10 - sent)) of 10 packets lost, XfrmOutNoStates +$(($(counted left) - before))"
            policy left update 0x0
            both_send
            cure nobody-listens/flag-taken-back $(($(packets left $fallback) - sent)) 10 packets over the fallback
            forget left

            say connected-socket
            sa left $fallback
            policy left add 0x0
            mkfifo /run/turns
            ip netns exec left taskset -c 1 bash -c 'exec 5>/dev/udp/10.0.0.2/9999
              while read -r; do for i in 1 2 3; do echo >&5; done; done' </run/turns &
            exec 6>/run/turns
            turns=0
            all_out() { local others; others=$(packets left $own); [ $(($(packets left $fallback) + ${others:-0})) = $((3 * turns)) ]; }
            turn() { echo >&6; turns=$((turns + 1)); wait_until 10 all_out; }
            turn
            sa left $own pcpu-num 1
            turn
            defect connected-socket $(packets left $own) 3 "$(packets left $fallback) of 6 packets over the fallback," \\
              "$(packets left $own) over the SA that the CPU got after the first 3"
            before=$(packets left $own)
            policy left update 0x0
            turn
            cure connected-socket/policy-updated $(($(packets left $own) - before)) 3 packets over the SA of its CPU
            exec 6>&-
            forget left

            say younger-fallback
            more_states() { # HOST AT_ONCE: 40 of something else, until CPU 1 sends over the younger fallback
              local i j
              for ((i = 0; i < 40; i += $2)); do
                for ((j = i; j < i + $2; j++)); do
                  echo "xfrm state add src 10.0.0.1 dst 10.0.0.2 proto esp spi $((0x5000 + j)) reqid 9999 mode tunnel" \\
                    "aead rfc4106(gcm(aes)) 0x$(printf '%040d' 0) 128"
                done | ip -n $1 -batch -
                sleep 0.02
                send $1 1 1
                [ $(packets $1 $younger) = 0 ] || break
              done
              echo "with $((i < 40 ? i + $2 : 40)) more states,$(ip -n $1 -s xfrm state count)"
            }
            take_turns() { # HOST: an SA for CPU 1, and a fallback that is a second younger
              sa $1 $own pcpu-num 1
              policy $1 add 0x0
              sleep 1.1
              sa $1 $younger
              send $1 1 1
              [ $(packets $1 $own) = 1 ]
            }
            take_turns left
            grew=$(more_states left 1)
            defect younger-fallback $(packets left $younger) 0 "packets of CPU 1 over the fallback: $(packets left $younger)," $grew
            sleep 1.1
            before=$(packets left $younger)
            sa left $fallback pcpu-num 1
            send left 1 5
            cure younger-fallback/younger-own-sa $(packets left $fallback)/$(($(packets left $younger) - before)) 5/0 \\
              packets over the new SA / the fallback
            grow_sad right
            take_turns right
            grew=$(more_states right 10)
            cure younger-fallback/table-grown-before $(packets right $own)/$(packets right $younger) 5/0 \\
              "packets over the SA of CPU 1 / the fallback," $grew
            forget left

            say state-cache   # how long it takes to find one's SA among many of other CPUs
            more_of_a_cpu() { # FIRST COUNT
              awk -v first=$(($1)) -v count=$2 'BEGIN { for (i = 0; i < count; i++) print "xfrm state add src 10.0.0.1 dst 10.0.0.2", \\
                "proto esp spi " first + i " reqid 1 mode transport dir out pcpu-num 3 aead rfc4106(gcm(aes)) 0x" \\
                sprintf("%040d", 0) " 128" }' | ip -n left -batch -
            }
            nanoseconds_each() { on left taskset -c 1 python3 -c '
            import socket, time
            out, best = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), 1 << 60
            for batch in range(50):
                start = time.perf_counter_ns()
                for i in range(100): out.sendto(b"x", ("10.0.0.2", 9999))
                best = min(best, time.perf_counter_ns() - start)
            print(best // 100)'; }
            sa left $fallback
            sa left $own pcpu-num 1
            policy left add 0x0
            two=$(nanoseconds_each)
            more_of_a_cpu 0x8000 7
            nine=$(nanoseconds_each)
            more_of_a_cpu 0x9000 2000
            many=$(nanoseconds_each)
            defect state-cache $((many * 2 < two * 3)) 1 "ns for a packet: $two with 2 states, $nine with 9, $many with 2009"
            forget left

            say flag-on-offloaded-policy   # by a card that takes packet offload
            offload="offload packet dev nic1"
            ip -n left xfrm monitor acquire >>acquires & monitor=$!
            wait_until 10 listens
            sa left $fallback $offload dir out
            policy left add 0x4 $offload
            both_send
            sent=$(packets left $fallback)
            defect flag-on-offloaded-policy $sent 10 "$((10 - sent)) of 10 packets lost, as without offload"
            policy left update 0x0 $offload
            both_send
            cure flag-on-offloaded-policy/no-flag $(($(packets left $fallback) - sent)) 10 packets over the fallback in the card
            forget left
            sa left $own   # of another policy, so not encrypted by the card, and keyed for somebody else
            sa left $fallback $offload dir out
            policy left add 0x4 $offload
            send left 1 5
            defect software-state-behind-it $(packets left $own) 0 "$(packets left $own) of 5 packets over an SA that the policy does not mean"
            policy left update 0x0 $offload
            sent=$(packets left $fallback)/$(packets left $own)
            send left 1 5
            cure software-state-behind-it/no-flag $(($(packets left $fallback) - ${sent%/*}))/$(($(packets left $own) - ${sent#*/})) 5/0 \\
              packets over the fallback in the card / over the other SA
            kill $monitor
            """;
}
