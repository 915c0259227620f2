package dev.keylane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.control.ControlEvent;
import dev.keylane.daemon.control.Outcome;
import dev.keylane.daemon.control.Samples;
import dev.keylane.ike.sa.Effect;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What commands print with {@code --json}, each line read back. */
@Timeout(60)
class JsonLinesTest {
    @TempDir
    private Path directory;
    private DaemonTerminal terminal;

    @BeforeEach
    void start() throws IOException {
        terminal = new DaemonTerminal(directory);
    }

    @AfterEach
    void stop() {
        terminal.close();
    }

    private List<JsonObject> lines() {
        return terminal.out.toString().lines().map(JsonObject::new).toList();
    }

    @Test
    void initiateTellsTheLogAndThenTheResult() {
        terminal.daemon().loadConnection(Samples.BLUE_FIELD);
        terminal.daemon().onInitiate = request -> {
            terminal.daemon().publish(new ControlEvent.LogLine(Effect.Group.IKE, 1, 7, "BFL-BFR", "say \"hi\"", Samples.NOW));
            return CompletableFuture.completedStage(Outcome.Failed.timedOut(request));
        };
        assertThat(terminal.run("initiate", "--child", "bf", "--timeout", "2", "--json")).isEqualTo(1);
        assertThat(lines()).containsExactly(
                new JsonObject("{\"event\":\"log\",\"group\":\"IKE\",\"level\":1,\"ike\":\"BFL-BFR\",\"ike_id\":7,\"message\":\"say \\\"hi\\\"\"}"),
                new JsonObject("{\"event\":\"result\",\"command\":\"initiate\",\"success\":false,"
                        + "\"error\":\"CHILD_SA 'bf' not established after 2000ms\"}"));
        assertThat(terminal.err.toString()).as("all is in the JSON").isEmpty();
    }

    @Test
    void terminateAndRekeyCount() {
        terminal.daemon().sas.add(Samples.ike(1));
        assertThat(terminal.run("terminate", "--ike", "BFL-BFR", "--json")).isZero();
        assertThat(lines().getLast()).isEqualTo(new JsonObject("{\"event\":\"result\",\"command\":\"terminate\",\"success\":true,"
                + "\"error\":null,\"matches\":1,\"terminated\":1}"));
        assertThat(terminal.run("rekey", "--ike", "x", "--json")).isEqualTo(1);
        assertThat(lines().getLast().getString("error")).isEqualTo("no matching SAs to rekey found");
        assertThat(lines().getLast().getInteger("matches")).isZero();
    }

    @Test
    void loadTellsOfEachThing() throws IOException {
        Path file = directory.resolve("own.conf");
        Files.copy(Samples.FILE, file);
        terminal.daemon().loadConnection(Samples.connection("old", "c", false, false));
        assertThat(terminal.run("load", file.toString(), "--json")).isZero();
        assertThat(lines()).extracting(line -> line.getString("event") + " " + line.getString("what") + " " + line.getString("name"))
                .containsExactly("loaded secret ike-BF", "loaded connection BFL-BFR", "unloaded connection old", "result null null");
        assertThat(lines().getLast().getBoolean("success")).isTrue();
    }

    @Test
    void listConnsIsAnArrayAndKnowsWhatIsNotThere() {
        terminal.daemon().loadConnection(Samples.BLUE_FIELD);
        assertThat(terminal.run("list-conns", "--json")).isZero();
        JsonObject conn = new JsonArray(terminal.out.toString()).getJsonObject(0);
        assertThat(conn.getString("name")).isEqualTo("BFL-BFR");
        assertThat(conn.getJsonObject("local").getString("id")).isEqualTo("host1");
        assertThat(conn.getJsonArray("children").getJsonObject(0).getJsonArray("esp_proposals").getJsonObject(0)
                .getJsonArray("encr")).containsExactly("AES_GCM_16_128");
        assertThat(conn.getJsonArray("children").getJsonObject(0).getString("start_action")).isEqualTo("none");
        assertThat(terminal.run("list-conns", "--ike", "nope")).isEqualTo(1);
        assertThat(terminal.err.toString()).isEqualTo("keylane: no connection 'nope' is loaded\n");
        assertThat(terminal.run("list-conns", "--ike", "nope", "--json")).isEqualTo(1);
        assertThat(new JsonArray(terminal.out.toString())).isEmpty();
    }
}
