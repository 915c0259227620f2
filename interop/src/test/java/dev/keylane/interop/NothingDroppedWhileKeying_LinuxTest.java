package dev.keylane.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.interop.lab.Evidence;
import dev.keylane.interop.lab.InLab;
import dev.keylane.interop.lab.Scenario;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * The daemon's kernel side alone on a real kernel: from the trap to an SA on each CPU, a refusal on the way, and the
 * kernel's own count of dropped packets, which must not move while a per-CPU acquire is pending; then a crash.
 */
@InLab
class NothingDroppedWhileKeying_LinuxTest {
    @Test
    void everyStepHolds() {
        Scenario scenario = Scenario.named("nothing-dropped-while-keying").cpus(4).within(Duration.ofSeconds(300));
        Evidence evidence = scenario.run("""
                classes=
                for module in ike xfrm-netlink pcpu daemon; do
                    classes+=:/host/$module/target/classes:/host/$module/target/test-classes
                done
                java --enable-native-access=ALL-UNNAMED -cp "${classes#:}:/host/daemon/target/lib/*" \\
                    dev.keylane.daemon.kernel.LinuxWalkRun 4 >steps 2>errors
                """);
        evidence.completed();
        assertThat(evidence.text("steps").lines().filter(line -> line.startsWith("ok "))).as("%s", evidence)
                .hasSizeGreaterThan(20);
    }
}
