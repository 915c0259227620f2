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
 * The XDP programs, and the one that tells who sends, on the lab's kernel, which interprets them, and with four CPUs to
 * hand packets to.
 */
@InLab
class SteeringPrograms_LinuxTest {
    @TestFactory
    Stream<DynamicTest> everyCaseHolds() {
        Evidence evidence = Scenario.named("steering-programs").cpus(4).within(Duration.ofSeconds(500)).run("""
                classes=
                for module in ike xfrm-netlink rss-steering; do
                    classes+=:/host/$module/target/classes:/host/$module/target/test-classes
                done
                java --enable-native-access=ALL-UNNAMED -cp "${classes#:}" \\
                    dev.keylane.steering.program.ProgramRun >cases 2>errors
                """);
        List<String> cases = evidence.text("cases").lines().filter(line -> line.matches("(ok|FAILED) .*")).toList();
        return Stream.concat(
                Stream.of(DynamicTest.dynamicTest("there are cases, and the run ends well", () -> {
                    evidence.completed();
                    assertThat(cases).as("cases. %s", evidence).hasSizeGreaterThan(5);
                })),
                cases.stream().map(line -> DynamicTest.dynamicTest(line.replaceFirst("^\\w+ ", "").replaceFirst(":.*", ""),
                        () -> assertThat(line).as("%s", evidence).startsWith("ok "))));
    }
}
