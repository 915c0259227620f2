package dev.keylane.interop;

import dev.keylane.interop.lab.InLab;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Per-CPU SAs (RFC 9611) between two keylanes. */
@InLab
class PerCpuSas_KeylaneTest {
    @TestFactory
    Stream<DynamicTest> keylaneWithKeylane() {
        return PerCpuTraffic.run("percpu-keylane-keylane", "start_keylane", "start_keylane", "left").judged();
    }
}
