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

/** What swanctl loads a second time leaves SAs alone, replaces or closes them, with keylane as with strongSwan. */
@InLab
class ReloadsKeepWhatStays_StrongSwanTest {
    @TestFactory
    Stream<DynamicTest> asStrongSwanDoes() {
        Evidence evidence = Scenario.named("reloads-keep-what-stays").within(Duration.ofSeconds(200))
                .file("first.conf", conf(false)).file("second.conf", conf(true)).file("right.conf", peers()).run(SCRIPT);
        List<DynamicTest> tests = new ArrayList<>();
        tests.add(DynamicTest.dynamicTest("script", evidence::completed));
        for (String daemon : List.of("charon", "keylane")) {
            tests.add(DynamicTest.dynamicTest(daemon, () -> {
                List<String> before = evidence.text(daemon + ".before").lines().toList();
                List<String> after = evidence.text(daemon + ".after").lines().toList();
                assertThat(names(before)).as("%s", evidence).containsExactly("alter", "gone", "keep", "peer", "stay");
                assertThat(names(after)).as("%s", evidence).containsExactly("alter", "keep", "peer", "stay");
                assertThat(names(after.stream().filter(before::contains).toList())).as("SAs that stay. %s", evidence)
                        .containsExactly("keep", "stay");
            }));
        }
        tests.add(DynamicTest.dynamicTest("log", () -> assertThat(evidence.text("keylane.lines")).as("%s", evidence)
                .isEqualTo(evidence.text("charon.lines")).contains("updated vici connection: c-keep",
                        "updated vici connection: c-stay", "replaced vici connection: c-peer",
                        "removed vici connection: c-gone")));
        tests.add(DynamicTest.dynamicTest("--reload-settings", () ->
                assertThat(evidence.text("keylane.settings")).isEqualTo(evidence.text("charon.settings"))));
        tests.add(DynamicTest.dynamicTest("SIGHUP", () -> assertThat(evidence.text("keylane.hung-up")).as("%s", evidence)
                .isEqualTo(evidence.text("keylane.after"))));
        return tests.stream();
    }

    /** Of lines with a child and its SPI. */
    private static List<String> names(List<String> sas) {
        return sas.stream().map(line -> line.split(" ")[0]).toList();
    }

    private static String conf(boolean second) {
        String start = "start_action = start\n";
        return "connections {\n" + connection("keep", "", child("keep", 1, start))
                + connection("stay", "", child("stay", 2, start) + child("alter", 3, start + (second ? "rekey_time = 2h\n" : "")))
                + connection("peer", second ? "dpd_delay = 100s\n" : "", child("peer", 4, start))
                + (second ? "" : connection("gone", "", child("gone", 5, start))) + "}\n" + SECRETS;
    }

    private static String peers() {
        return ("connections {\n" + connection("keep", "", child("keep", 1, ""))
                + connection("stay", "", child("stay", 2, "") + child("alter", 3, ""))
                + connection("peer", "", child("peer", 4, "")) + connection("gone", "", child("gone", 5, "")) + "}\n" + SECRETS)
                .replace("10.0.0.1", "10.0.0.X").replace("10.0.0.2", "10.0.0.1").replace("10.0.0.X", "10.0.0.2")
                .replace("id = left", "id = X").replace("id = right", "id = left").replace("id = X", "id = right")
                .replace("10.1.", "10.X.").replace("10.2.", "10.1.").replace("10.X.", "10.2.");
    }

    private static String connection(String name, String more, String children) {
        return """
                c-%s {
                  version = 2
                  mobike = no
                  local_addrs = 10.0.0.1
                  remote_addrs = 10.0.0.2
                  proposals = aes128gcm16-prfsha256-x25519
                  %s
                  local { auth = psk
                    id = left-%s
                  }
                  remote { auth = psk
                    id = right-%s
                  }
                  children {
                    %s
                  }
                }
                """.formatted(name, more, name, name, children);
    }

    private static String child(String name, int number, String more) {
        return "%s { local_ts = 10.1.%d.0/24\nremote_ts = 10.2.%d.0/24\nesp_proposals = aes128gcm16\n%s}\n"
                .formatted(name, number, number, more);
    }

    private static final String SECRETS = "secrets { ike { secret = reload\n } }\n";

    private static final String SCRIPT = """
            sas() {
              vici left --list-sas --raw 2>/dev/null | grep -oE 'name=[a-z]+ uniqueid=[0-9]+ reqid=[0-9]+ state=INSTALLED mode=TUNNEL \
            protocol=ESP spi-in=[0-9a-f]+' | sed -E 's/name=([a-z]+) .* spi-in=/\\1 /' | sort
            }
            stand() { [ "$(sas | cut -d' ' -f1 | tr '\\n' ' ')" = "$1" ]; }
            others_stand() { stand "alter keep peer stay " && ! sas | grep -qxF "$alter" && ! sas | grep -qxF "$peer"; }
            in_each_way() { # NAME
              vici left --load-all --file /out/first.conf >$1.first 2>/dev/null
              wait_until 20 stand "alter gone keep peer stay "
              sas >$1.before
              alter=$(grep ^alter $1.before) peer=$(grep ^peer $1.before) lines=$(wc -l <left.log)
              vici left --load-all --file /out/second.conf >$1.second 2>/dev/null
              wait_until 20 others_stand
              sas >$1.after
              vici left --reload-settings >$1.settings 2>/dev/null
              tail -n +$((lines + 1)) left.log | grep -oE "(added|updated|replaced|removed) vici connection: .*|\
            vici (initiating|installing|uninstalling|closing) .*" | sed 's/ #[0-9]*//' | sort >$1.lines
            }
            charon_settings='dos_protection = no' start_charon right /out/right.conf
            echo 'connections { }' >empty.conf
            start_charon left /out/empty.conf
            in_each_way charon
            stop left
            start_keylane left /out/empty.conf
            in_each_way keylane
            kill -HUP ${pid[left]}
            wait_until 10 grep -q 'connections are those of the files again' left.log
            sas >keylane.hung-up
            """;
}
