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
 * A defect is {@code present} or {@code gone}: a kernel that has been mended passes too. A cure must work on either.
 *
 * <p>The same cures through keylane's own netlink: {@code AcquireCases} ("taking the flag back restores the fallback") and
 * {@code RealKernelCases} ("the table of states is large from the start").
 */
@InLab
class KernelDefects_LinuxTest {
    private static final List<String> DEFECTS = List.of("acquire-flag", "connected-socket", "younger-fallback");
    private static final List<String> CURES = List.of("acquire-flag/flag-taken-back", "acquire-flag/own-sa",
            "connected-socket/policy-updated", "younger-fallback/younger-own-sa", "younger-fallback/table-grown-before");

    @TestFactory
    Stream<DynamicTest> knownAndCured() {
        Evidence evidence = Scenario.named("kernel-defects").cpus(4).within(Duration.ofSeconds(120)).run(SCRIPT);
        List<String> findings = evidence.text("findings").lines().toList();
        findings.forEach(line -> System.out.println("kernel: " + line));
        return Stream.of(
                Stream.of(DynamicTest.dynamicTest("the script comes to its end", evidence::completed)),
                DEFECTS.stream().map(defect -> DynamicTest.dynamicTest(defect + " is known",
                        () -> assertThat(of(defect, findings)).as("%s", evidence).matches("(present|gone) .*"))),
                CURES.stream().map(cure -> DynamicTest.dynamicTest(cure + " cures",
                        () -> assertThat(of(cure, findings)).as("%s", evidence).startsWith("cures "))),
                Stream.of(DynamicTest.dynamicTest("offload cannot be shown",
                        () -> assertThat(of("offload-and-flag", findings)).as("%s", evidence)
                                .startsWith("not-shown ").contains("Policy offload is not supported"))))
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
            policy() { # HOST add|update FLAGS, of which 4 is XFRM_POLICY_CPU_ACQUIRE
              ip -n $1 xfrm policy $2 src $(address $1) dst $(peer_of $1) proto udp dport 9999 dir out flag $3 \\
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

            say acquire-flag   # an acquire needs somebody who listens
            ip -n left xfrm monitor acquire >acquires & monitor=$!
            sleep 0.3
            sa left $fallback
            policy left add 0x4
            send left 1 1
            states left | grep -q ' spi=0x00000000 .*pcpu=1 '
            before=$(counted left)
            send left 1 5; send left 0 5
            sent=$(packets left $fallback)
            defect acquire-flag $sent 11 "$((11 - sent)) of 10 packets of two CPUs lost while the acquire of one is pending," \\
              "XfrmOutNoStates +$(($(counted left) - before))"
            policy left update 0x0
            before=$(counted left)
            send left 1 5; send left 0 5
            cure acquire-flag/flag-taken-back $(($(packets left $fallback) - sent))/$(($(counted left) - before)) 10/0 \\
              packets over the fallback / XfrmOutNoStates
            policy left update 0x4
            sa left $own pcpu-num 1
            send left 1 5
            cure acquire-flag/own-sa $(packets left $own) 5 packets over the SA of the CPU that had asked
            kill $monitor
            forget left

            say connected-socket
            sa left $fallback
            policy left add 0x0
            mkfifo /run/turns
            ip netns exec left taskset -c 1 bash -c 'exec 5>/dev/udp/10.0.0.2/9999
              while read -r; do for i in 1 2 3; do echo >&5; done; done' </run/turns &
            exec 6>/run/turns
            turn() { echo >&6; sleep 0.2; }
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

            say offload-and-flag   # wants a device that takes packet offload
            echo "1 1" >/sys/bus/netdevsim/new_device
            wait_until 5 ip link set eth0 up
            if why=$(ip xfrm policy add src 10.9.0.1 dst 10.9.0.2 dir out offload packet dev eth0 \\
                tmpl src 10.9.0.1 dst 10.9.0.2 proto esp reqid 1 mode transport 2>&1); then
              found offload-and-flag netdevsim takes packet offload: it can be shown here
            else
              found offload-and-flag not-shown netdevsim: $(tr '\\n' ' ' <<<"$why")
            fi
            """;
}
