package dev.keylane.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.interop.lab.Evidence;
import dev.keylane.interop.lab.InLab;
import dev.keylane.interop.lab.Scenario;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A script that dumps its environment sees the same, and is called as often, whether strongSwan or keylane calls it. */
@InLab
class UpdownScripts_StrongSwanTest {
    private static final List<String> CALLS = List.of("up-client.net.10.1.0.0_24", "up-client.two.10.1.0.0_25",
            "up-client.two.10.1.0.192_27", "up-host.host.10.0.0.1_32", "up-client-v6.cpus.fd00:1::_64");

    @TestFactory
    Stream<DynamicTest> seeTheSame() {
        Evidence evidence = Scenario.named("updown-scripts").within(Duration.ofSeconds(180)).cpus(4)
                .file("left.conf", LEFT).file("right.conf", RIGHT).file("updown.sh", DUMP).run(SCRIPT);
        List<DynamicTest> tests = new ArrayList<>();
        tests.add(DynamicTest.dynamicTest("script", evidence::completed));
        for (String up : CALLS) {
            for (String call : List.of(up, up.replaceFirst("up", "down"))) {
                tests.add(DynamicTest.dynamicTest(call, () -> {
                    assertThat(withoutNumbers(evidence.text("keylane." + call))).as("%s", evidence)
                            .isEqualTo(withoutNumbers(evidence.text("charon." + call))).contains("PLUTO_VERSION=1.1");
                    assertThat(evidence.text("keylane." + call)).containsPattern("PLUTO_REQID=[1-9]").containsPattern(
                            "PLUTO_UNIQUEID=[1-9]");
                }));
            }
        }
        tests.add(DynamicTest.dynamicTest("as often", () -> {
            assertThat(evidence.text("keylane.calls")).as("%s", evidence).isEqualTo(evidence.text("charon.calls"))
                    .hasLineCount(2 * CALLS.size());
            assertThat(evidence.number("keylane.cpus")).as("SAs of single CPUs").isPositive();
        }));
        tests.add(DynamicTest.dynamicTest("logged", () -> assertThat(evidence.text("left.log"))
                .contains("updown: dumped up-client", "updown script of 'net' for up-client: ended with 1")));
        return tests.stream();
    }

    /** In what order things were numbered is each daemon's own affair. */
    private static String withoutNumbers(String environment) {
        return environment.replaceAll("(?m)^PLUTO_(REQID|UNIQUEID)=.*\n", "");
    }

    private static final String DUMP = """
            call=$PLUTO_VERB.$PLUTO_CONNECTION.$(echo $PLUTO_MY_CLIENT | tr / _)
            env | grep -vE '^(PATH|PWD|OLDPWD|SHLVL|_)=' | sort >/out/now.$call
            echo dumped $PLUTO_VERB
            echo $call >>/out/now.calls   # last of all: who counts the calls then takes the files away
            exit 1
            """;

    private static final String LEFT = """
            connections {
              a {
                version = 2
                mobike = no
                local_addrs = 10.0.0.1
                remote_addrs = 10.0.0.2
                proposals = aes128gcm16-prfsha256-x25519
                local { auth = psk
                  id = left
                }
                remote { auth = psk
                  id = right
                }
                children {
                  net {
                    local_ts = 10.1.0.0/24
                    remote_ts = 10.2.0.0/24
                    mark_in = 42/0xff
                    mark_out = 43
                    hostaccess = yes
                    esp_proposals = aes128gcm16
                    updown = sh /out/updown.sh
                  }
                  two {
                    local_ts = 10.1.0.0/25[udp/4789], 10.1.0.200-10.1.0.210
                    remote_ts = 10.2.0.0/25
                    if_id_in = 7
                    if_id_out = 8
                    esp_proposals = aes128gcm16
                    updown = sh /out/updown.sh
                  }
                  host {
                    mode = transport
                    local_ts = dynamic[tcp/1024-65535]
                    esp_proposals = aes128gcm16
                    updown = sh /out/updown.sh
                  }
                }
              }
              b {
                version = 2
                mobike = no
                encap = yes
                local_addrs = fd00::1
                remote_addrs = fd00::2
                proposals = aes128gcm16-prfsha256-x25519
                local { auth = psk
                  id = "C=CH, CN=left"
                }
                remote { auth = psk
                  id = right@example.org
                }
                children {
                  cpus {
                    local_ts = fd00:1::/64
                    remote_ts = fd00:2::/64
                    per_cpu_sas = yes
                    start_action = trap
                    esp_proposals = aes128gcm16
                    updown = sh /out/updown.sh
                  }
                }
              }
            }
            secrets { ike { secret = scripts
              }
            }
            """;

    private static final String RIGHT = """
            connections {
              a {
                version = 2
                mobike = no
                local_addrs = 10.0.0.2
                proposals = aes128gcm16-prfsha256-x25519
                local { auth = psk
                  id = right
                }
                remote { auth = psk
                  id = left
                }
                children {
                  net { local_ts = 10.2.0.0/24
                    remote_ts = 10.1.0.0/24
                    esp_proposals = aes128gcm16
                  }
                  two { local_ts = 10.2.0.0/25
                    remote_ts = 10.1.0.0/25[udp/4789], 10.1.0.200-10.1.0.210
                    esp_proposals = aes128gcm16
                  }
                  host { mode = transport
                    remote_ts = dynamic[tcp/1024-65535]
                    esp_proposals = aes128gcm16
                  }
                }
              }
              b {
                version = 2
                mobike = no
                encap = yes
                local_addrs = fd00::2
                proposals = aes128gcm16-prfsha256-x25519
                local { auth = psk
                  id = right@example.org
                }
                remote { auth = psk
                  id = "C=CH, CN=left"
                }
                children {
                  cpus { local_ts = fd00:2::/64
                    remote_ts = fd00:1::/64
                    per_cpu_sas = yes
                    esp_proposals = aes128gcm16
                  }
                }
              }
            }
            secrets { ike { secret = scripts
              }
            }
            """;

    private static final String SCRIPT = """
            calls() { [ "$(wc -l </out/now.calls)" = $1 ]; }
            on_cpu() { on left taskset -c $1 ping -6 -c 1 -W 1 -I fd00:1::1 fd00:2::1 >/dev/null || true; }
            a_cpu_has_one() { on_cpu 2; on_cpu 3; vici left --list-sas --raw 2>/dev/null | grep -q ' cpu='; }
            in_each_way() { # NAME
              for child in net two host cpus; do vici left --initiate --child $child >$1.$child; done
              wait_until 20 a_cpu_has_one
              vici left --list-sas --raw 2>/dev/null | grep -oE ' cpu=[0-9]+' | wc -l >$1.cpus
              vici left --rekey --child net >$1.rekey
              vici left --rekey --ike a >$1.rekey-ike
              wait_until 10 calls 5
              sleep 1
              vici left --terminate --ike a >$1.end-a
              vici left --terminate --ike b >$1.end-b
              wait_until 10 calls 10
              sort now.calls >$1.calls; rm now.calls
              for each in now.*; do mv $each $1.${each#now.}; done
            }
            start_charon right /out/right.conf
            start_charon left /out/left.conf
            in_each_way charon
            stop left
            start_keylane left /out/left.conf
            in_each_way keylane
            """;
}
