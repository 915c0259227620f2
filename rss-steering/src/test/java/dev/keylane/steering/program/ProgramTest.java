package dev.keylane.steering.program;

import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The programs on this machine's kernel, if it lets us load them. */
class ProgramTest {
    @BeforeAll
    static void needsBpf() {
        LoadedMaps.unavailable().ifPresent(reason -> {
            System.out.println("the programs are not run here: " + reason);
            Assumptions.abort("the programs are not run here: " + reason);
        });
    }

    @TestFactory
    Stream<DynamicTest> programsDoWhatTheirModelsSay() {
        return ProgramRun.cases().entrySet().stream().map(each -> DynamicTest.dynamicTest(each.getKey(),
                () -> System.out.println(each.getKey() + ": " + each.getValue().get())));
    }
}
