package dev.keylane.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.interop.lab.Evidence;
import dev.keylane.interop.lab.InLab;
import dev.keylane.interop.lab.Scenario;
import dev.keylane.interop.peer.SwanctlConf;
import dev.keylane.interop.peer.Tunnel;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** strongSwan's own swanctl, unmodified, loads, lists, initiates and terminates; keylane's client does so too. */
@InLab
class SwanctlDrivesKeylane_StrongSwanTest {
    private static final Tunnel TUNNEL = Tunnel.plain("net");

    @TestFactory
    Stream<DynamicTest> fromLoadingToTerminating() {
        Evidence evidence = Scenario.named("swanctl-drives-keylane").within(Duration.ofSeconds(240))
                .file("left.conf", SwanctlConf.left(TUNNEL).text()).file("right.conf", SwanctlConf.right(TUNNEL).text())
                .file("unknown-key.conf", SwanctlConf.left(TUNNEL).child("no_such_key", "1").text()).run(SCRIPT);
        return Stream.of(
                DynamicTest.dynamicTest("script", evidence::completed),
                DynamicTest.dynamicTest("--load-all", () -> hasOutput(evidence, "load",
                        "loaded ike secret 'ike-net'", "loaded connection 'net'", "successfully loaded 1 connections")),
                DynamicTest.dynamicTest("--load-all of an unknown key", () -> {
                    assertThat(evidence.number("refused.status")).isPositive();
                    assertThat(evidence.text("refused")).contains("no_such_key");
                }),
                DynamicTest.dynamicTest("--list-conns", () -> hasOutput(evidence, "conns", "net: IKEv2",
                        "local:  10.0.0.1", "remote: 10.0.0.2", "net: TUNNEL", "10.1.0.0/24", "10.2.0.0/24")),
                DynamicTest.dynamicTest("--initiate", () -> hasOutput(evidence, "initiate",
                        "initiate completed successfully")),
                DynamicTest.dynamicTest("--list-sas", () -> hasOutput(evidence, "sas",
                        "net: #", "ESTABLISHED, IKEv2", "local  'left' @ 10.0.0.1", "remote 'right' @ 10.0.0.2",
                        "AES_GCM_16-128/PRF_HMAC_SHA2_256/CURVE_25519",
                        "INSTALLED, TUNNEL, ESP:AES_GCM_16-128/ESN", "3 packets")),
                DynamicTest.dynamicTest("--list-sas --raw", () -> assertThat(evidence.text("raw"))
                        .containsPattern("net \\{.*version=2 state=ESTABLISHED local-host=10.0.0.1 local-port=500 "
                                + "local-id=left remote-host=10.0.0.2 remote-port=500 remote-id=right")
                        .containsPattern("state=INSTALLED mode=TUNNEL")
                        .containsPattern("local-ts=\\[10.1.0.0/24\\] remote-ts=\\[10.2.0.0/24\\]")),
                DynamicTest.dynamicTest("--stats", () -> hasOutput(evidence, "stats",
                        "uptime", "IKE_SAs: 1 total, 0 half-open")),
                DynamicTest.dynamicTest("--terminate", () -> {
                    hasOutput(evidence, "terminate", "terminate completed successfully");
                    assertThat(evidence.number("remaining")).isZero();
                }),
                DynamicTest.dynamicTest("keylane's own client", () -> {
                    assertThat(evidence.text("own-sas.json")).contains("\"net\"").contains("ESTABLISHED");
                    assertThat(evidence.text("own-name")).isEqualTo("net\n");
                    assertThat(evidence.number("own-remaining")).isZero();
                }));
    }

    private static void hasOutput(Evidence evidence, String file, String... parts) {
        assertThat(evidence.text(file)).as("%s. %s", file, evidence).contains(parts);
    }

    private static final String SCRIPT = """
            start_keylane left
            start_charon right /out/right.conf
            refused=0; vici left --load-all --file /out/unknown-key.conf >refused 2>&1 || refused=$?
            echo $refused >refused.status
            vici left --load-all --file /out/left.conf >load 2>&1
            vici left --list-conns >conns
            vici left --initiate --child net >initiate
            on left ping -c 3 -i 0.1 10.2.0.1 >ping
            vici left --list-sas >sas
            vici left --list-sas --raw >raw
            vici left --stats >stats
            vici left --terminate --ike net >terminate
            wait_until 5 no_states || true
            { states left; states right; } | wc -l >remaining
            if [ -n "$STAND_IN" ]; then exit 0; fi
            own() { on left /host/keylane "$@" --control /run/left.vici; }
            own initiate --child net >own-initiate 2>&1
            own list-sas >own-sas
            own list-sas --json >own-sas.json
            jq -r '.. | (strings, (objects | keys[]))' own-sas.json | grep -x net | sort -u >own-name
            own terminate --ike net >own-terminate 2>&1
            wait_until 5 no_states || true
            { states left; states right; } | wc -l >own-remaining
            """;
}
