package dev.keylane.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The whole demonstration, shorter than a person would see it. */
class DemoTest {
    @Test
    void everyCpuEndsOnAPairOfItsOwnAndNothingIsLost() {
        StringWriter text = new StringWriter();
        int code = command(text).execute("--examples", "../examples/demo", "--cpus", "4", "--packets", "400");
        List<String> lines = text.toString().lines().toList();
        assertThat(lines.getLast())
                .matches("demo: ok: 1 fallback \\+ 4 per-CPU SA pairs, (\\d+) packets sent, \\1 received, 0 lost");
        assertThat(code).isZero();
        assertThat(lines).filteredOn(line -> line.startsWith("cpu ")).hasSize(2)
                .allMatch(line -> line.matches("cpu +spi-in +spi-out +esn +packets-in +packets-out"));
    }

    @Test
    void aMissingConfigurationIsAFailureWithAReason() {
        StringWriter text = new StringWriter();
        int code = command(text).execute("--examples", "nowhere", "--cpus", "4");
        assertThat(text.toString().lines().toList().getLast()).startsWith("demo: FAILED: nowhere");
        assertThat(code).isEqualTo(1);
    }

    private static CommandLine command(StringWriter text) {
        return new CommandLine(new DemoCommand()).setOut(new PrintWriter(text, true));
    }
}
