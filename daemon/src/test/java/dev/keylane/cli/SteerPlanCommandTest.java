package dev.keylane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The loopback device is everywhere, has no queues of hardware and takes no rules. */
class SteerPlanCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Keylane.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(arguments);
    }

    @Test
    void everyStrategyIsAnsweredForWithAReason() {
        assertThat(run("steer", "plan", "lo")).isZero();
        assertThat(out.toString().lines().map(line -> line.strip().split(" ")[0]))
                .containsExactly("lo:", "spi", "ntuple", "xdp", "driver", "queues");
        assertThat(out.toString()).contains("  spi    no: ", "  ntuple no: ", "hash key not told", "queues on no single CPUs")
                .doesNotContain("null");
    }

    @Test
    void theSameAsJson() {
        assertThat(run("steer", "plan", "lo", "--json")).isZero();
        JsonObject plan = new JsonObject(out.toString());
        assertThat(plan.getString("device")).isEqualTo("lo");
        assertThat(plan.getJsonArray("strategies")).hasSize(3).allSatisfy(each ->
                assertThat(((JsonObject) each).fieldNames()).containsExactly("strategy", "fits", "reason"));
        assertThat(plan.getJsonArray("queues")).isEmpty();
        assertThat(plan.getString("queues_problem")).isNotEmpty();
        assertThat(plan.getValue("hash_key_octets")).isNull();
    }

    @Test
    void nothingCanBePinnedOutsideABpfFileSystem(@TempDir Path directory) {
        assertThat(run("steer", "plan", "lo", "--directory", directory.toString())).isZero();
        assertThat(out.toString()).contains("  xdp    no: nothing can be pinned in " + directory, "not on a BPF file system");
    }

    @Test
    void helpIsACommand() {
        assertThat(run("help")).isZero();
        assertThat(out.toString()).contains("Usage: keylane", "help");
        assertThat(run("help", "run")).isZero();
        assertThat(out.toString()).contains("Usage: keylane run", "/steering", "(default: auto)");
    }

    @Test
    void aDeviceThatIsNotThereIsSaid() {
        assertThat(run("steer", "plan", "nowhere0")).isEqualTo(2);
        assertThat(err).hasToString("keylane: there is no device nowhere0\n");
        assertThat(out.toString()).isEmpty();
        assertThat(run("steer", "plan")).isEqualTo(2);
    }
}
