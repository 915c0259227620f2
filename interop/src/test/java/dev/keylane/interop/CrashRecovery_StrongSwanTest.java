package dev.keylane.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.interop.lab.Evidence;
import dev.keylane.interop.lab.InLab;
import dev.keylane.interop.lab.KernelSa;
import dev.keylane.interop.lab.Scenario;
import dev.keylane.interop.peer.SwanctlConf;
import dev.keylane.interop.peer.Tunnel;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * keylane is killed without notice, before, amid and after a negotiation, and started again: what it had left in the kernel
 * makes room for a new pair, which it asks for by itself, and nothing else is touched.
 */
@InLab
class CrashRecovery_StrongSwanTest {
    private static final String FOREIGN_SPI = "0x00001001";
    private static final Tunnel TUNNEL = Tunnel.plain("net");
    private static final List<String> CRASHES =
            List.of("before-an-answer", "amid-authentication", "when-established", "as-responder");

    @TestFactory
    Stream<DynamicTest> killedAndStartedAgain() {
        Evidence evidence = Scenario.named("crash-recovery").within(Duration.ofSeconds(300))
                .file("left.conf", SwanctlConf.left(TUNNEL).text())
                .file("right.conf", SwanctlConf.right(TUNNEL).text()).run(SCRIPT);
        return Stream.concat(Stream.of(DynamicTest.dynamicTest("script", evidence::completed)),
                CRASHES.stream().map(crash -> DynamicTest.dynamicTest(crash, () -> recovers(evidence, crash))));
    }

    private static void recovers(Evidence evidence, String crash) {
        if (crash.equals("when-established")) {
            assertThat(evidence.states(crash + ".dead.left")).as("what the killed daemon left behind").hasSize(3);
        }
        assertThat(evidence.text(crash + ".policies").lines().filter(line -> line.startsWith("src ")))
                .as("policies at the end. %s", evidence)
                .hasSize(1).allMatch(line -> line.contains("192.0.2.1"));
        assertThat(evidence.states(crash + ".recovered.left")).as("none of the old SAs. %s", evidence)
                .extracting(KernelSa::spi).filteredOn(spi -> !spi.equals(FOREIGN_SPI))
                .doesNotContainAnyElementsOf(evidence.states(crash + ".dead.left").stream().map(KernelSa::spi).toList());
        assertThat(evidence.text(crash + ".ping")).as("ping through the new SAs. %s", evidence).contains("3 received");
        assertThat(evidence.states(crash + ".recovered.left")).as("foreign SA and a new pair. %s", evidence).hasSize(3)
                .filteredOn(sa -> !sa.spi().equals(FOREIGN_SPI)).allMatch(sa -> sa.packets() >= 3);
    }

    private static final String SCRIPT = """
            start_charon right /out/right.conf
            on left ip xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x1001 reqid 77 mode transport \\
                aead 'rfc4106(gcm(aes))' 0x000102030405060708090a0b0c0d0e0f10111213 128
            on left ip xfrm policy add src 192.0.2.1 dst 192.0.2.2 dir out \\
                tmpl src 192.0.2.1 dst 192.0.2.2 proto esp reqid 77 mode transport

            kill_and_recover() { # NAME INITIATOR
                snapshot $1.dying
                stop left KILL
                snapshot $1.dead
                impair
                old=$(keyed_spis left | grep -v 0x00001001 || true)
                start_keylane left /out/left.conf
                if [ -z "$old" ]; then
                    if [ $2 = right ]; then vici right --terminate --ike net --force >/dev/null 2>&1; fi
                    initiate $2 net >$1.initiate 2>&1 || true
                fi
                wait_until 40 renewed
                on left ping -c 3 -i 0.1 -W 2 10.2.0.1 >$1.ping || true
                snapshot $1.recovered
                terminate left net >/dev/null 2>&1 || true
                terminate right net >/dev/null 2>&1 || true
                wait_until 20 alone || true
                on left ip xfrm policy list nosock >$1.policies
            }
            renewed() { [ "$(count_states left)" = 3 ] && { [ -z "$old" ] || ! keyed_spis left | grep -qF "$old"; }; }
            alone() { [ "$(count_states left)" = 1 ] && [ "$(policies left)" = 1 ]; }

            say before-an-answer
            start_keylane left /out/left.conf
            impair loss 100%
            initiate left net >/dev/null 2>&1 &
            sleep 1
            kill_and_recover before-an-answer left

            say amid-authentication
            impair delay 600ms
            initiate left net >/dev/null 2>&1 &
            sleep 1.8
            kill_and_recover amid-authentication left

            say when-established
            initiate left net >/dev/null 2>&1
            kill_and_recover when-established left

            say as-responder
            initiate right net >/dev/null 2>&1
            kill_and_recover as-responder right
            """;
}
