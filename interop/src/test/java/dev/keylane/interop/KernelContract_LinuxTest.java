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
 * The contract of the kernel port, and what only a real kernel shows, against the lab's kernel, which has all of it:
 * ESP, directions and per-CPU SAs. What a developer's machine must skip is not skipped here.
 */
@InLab
class KernelContract_LinuxTest {
    @TestFactory
    Stream<DynamicTest> everyCaseHolds() {
        Evidence evidence = Scenario.named("kernel-contract").cpus(4).within(Duration.ofSeconds(600)).run("""
                classes=
                for module in ike xfrm-netlink; do
                    classes+=:/host/$module/target/classes:/host/$module/target/test-classes
                done
                java $jvm_options --enable-native-access=ALL-UNNAMED -cp "${classes#:}" \\
                    dev.keylane.xfrm.kernel.ContractRun >cases 2>errors
                """);
        List<String> cases = evidence.text("cases").lines()
                .filter(line -> line.matches("(ok|skipped|FAILED) .*")).toList();
        return Stream.concat(
                Stream.of(DynamicTest.dynamicTest("there are cases, and the run ends well", () -> {
                    evidence.completed();
                    assertThat(cases).as("cases. %s", evidence).hasSizeGreaterThan(10);
                })),
                cases.stream().map(line -> DynamicTest.dynamicTest(nameOf(line),
                        () -> assertThat(line).as("%s", evidence).startsWith("ok "))));
    }

    private static String nameOf(String line) {
        return line.substring(line.indexOf(' ') + 1).replaceFirst(":.*", "");
    }
}
