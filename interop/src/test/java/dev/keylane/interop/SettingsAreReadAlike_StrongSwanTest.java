package dev.keylane.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.interop.lab.Evidence;
import dev.keylane.interop.lab.InLab;
import dev.keylane.interop.lab.Scenario;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The two lists that keylane's reading of settings is tested by tell what the lab's strongSwan does: its swanctl of odd files,
 * its daemon of odd values.
 */
@InLab
class SettingsAreReadAlike_StrongSwanTest {
    @TestFactory
    Stream<DynamicTest> listsAreStrongSwans() {
        Evidence evidence = Scenario.named("settings-are-read-alike").within(Duration.ofSeconds(180))
                .file("empty.conf", "connections { }\n").run(SCRIPT);
        return Stream.of(
                DynamicTest.dynamicTest("script", evidence::completed),
                DynamicTest.dynamicTest("files", () -> {
                    assertThat(evidence.text("files.differences")).as("%s", evidence).isEmpty();
                    assertThat(evidence.text("files.recorded").lines().filter(line -> line.startsWith("> "))).hasSizeGreaterThan(100);
                }),
                DynamicTest.dynamicTest("values", () -> {
                    assertThat(evidence.text("values.differences")).as("%s", evidence).isEmpty();
                    assertThat(evidence.text("values.recorded").lines().filter(line -> line.contains("\" ok")))
                            .hasSizeGreaterThan(200);
                }));
    }

    private static final String SCRIPT = """
            scripts=/host/interop/src/test/resources/dev/keylane/interop
            lists=/host/daemon/src/test/resources/dev/keylane
            export PYTHONPATH=/host/interop/lab
            mkdir /tmp/odd
            printf 'swanctl {\n load = random\n}\n' >/tmp/few-plugins
            STRONGSWAN_CONF=/tmp/few-plugins python3 $scripts/grammar.py $lists/cli/grammar.txt /tmp/odd /tmp/odd \
            swanctl >files.recorded 2>files.differences || true
            start_charon left /out/empty.conf
            python3 $scripts/values.py $lists/daemon/config/values.txt /run/left.vici \
            >values.recorded 2>values.differences || true
            """;
}
