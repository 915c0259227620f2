package dev.keylane.interop;

import dev.keylane.interop.lab.Evidence;
import dev.keylane.interop.lab.InLab;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Per-CPU SAs (RFC 9611) between keylane and strongSwan: whoever has the trap, every CPU gets and uses its own pair. */
@InLab
class PerCpuSas_StrongSwanTest {
    @TestFactory
    Stream<DynamicTest> keylaneInitiates() {
        return judged(PerCpuTraffic.run("percpu-strongswan-keylane-initiates", "start_keylane", "start_charon", "left"), "left");
    }

    @TestFactory
    Stream<DynamicTest> keylaneResponds() {
        return judged(PerCpuTraffic.run("percpu-strongswan-keylane-responds", "start_keylane", "start_charon", "right"), "right");
    }

    static Stream<DynamicTest> judged(Evidence evidence, String trapping) {
        return Stream.of(
                DynamicTest.dynamicTest("the script comes to its end", evidence::completed),
                DynamicTest.dynamicTest("every CPU has its pair beside the fallback", () -> PerCpuTraffic.everyCpuHasItsPair(evidence, trapping)),
                DynamicTest.dynamicTest("a CPU's packets move its own SA and no other", () -> PerCpuTraffic.trafficOfEachCpuMovesItsOwnSa(evidence, trapping)),
                DynamicTest.dynamicTest("nothing crosses in clear, pings come back", () -> PerCpuTraffic.nothingWasInClearOrLost(evidence)));
    }
}
