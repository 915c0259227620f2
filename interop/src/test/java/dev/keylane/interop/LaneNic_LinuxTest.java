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
 * The lab's card keeps its promises, tried without keylane: by {@code ip}, {@code ethtool} and strongSwan, against a host
 * with the kernel's own ESP. What scenarios on the card then show about keylane is worth as much as this.
 */
@InLab
class LaneNic_LinuxTest {
    @TestFactory
    Stream<DynamicTest> everyPromiseIsKept() {
        Evidence evidence = Scenario.named("lanenic").cpus(4).within(Duration.ofSeconds(400)).withoutHosts()
                .run("/host/interop/lab/lanenic/selftest >cases\n");
        List<String> cases = evidence.text("cases").lines().filter(line -> line.matches("(ok|FAILED) .*")).toList();
        return Stream.concat(
                Stream.of(DynamicTest.dynamicTest("there are cases, and the run ends well", () -> {
                    evidence.completed();
                    assertThat(cases).as("cases. %s", evidence).hasSizeGreaterThan(PROMISES);
                })),
                cases.stream().map(line -> DynamicTest.dynamicTest(line.replaceFirst("^\\w+ ", ""),
                        () -> assertThat(line).as("%s", evidence).startsWith("ok "))));
    }

    private static final int PROMISES = 70;
}
