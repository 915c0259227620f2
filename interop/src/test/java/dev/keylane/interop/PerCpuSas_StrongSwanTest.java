package dev.keylane.interop;

import dev.keylane.interop.lab.InLab;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Per-CPU SAs (RFC 9611) with strongSwan: whoever has the trap, every CPU gets and uses its own pair. */
@InLab
class PerCpuSas_StrongSwanTest {
    @TestFactory
    Stream<DynamicTest> keylaneInitiates() {
        return PerCpuTraffic.run("percpu-strongswan-initiating", "start_keylane", "start_charon", "left").judged();
    }

    @TestFactory
    Stream<DynamicTest> keylaneResponds() {
        return PerCpuTraffic.run("percpu-strongswan-responding", "start_keylane", "start_charon", "right").judged();
    }
}
