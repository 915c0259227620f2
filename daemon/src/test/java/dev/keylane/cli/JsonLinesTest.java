package dev.keylane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.control.ControlEvent;
import dev.keylane.daemon.control.Outcome;
import dev.keylane.daemon.control.Samples;
import dev.keylane.daemon.vici.server.ServerFixture;
import dev.keylane.ike.sa.Effect;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
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
    private ServerFixture server;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void start() throws IOException {
        server = new ServerFixture(directory);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        String[] all = Stream.concat(Stream.of(arguments), Stream.of("--control", server.path.toString())).toArray(String[]::new);
        return Keylane.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(all);
    }

    private List<JsonObject> lines() {
        return out.toString().lines().map(JsonObject::new).toList();
    }

    @Test
    void initiateTellsTheLogAndThenTheResult() {
        server.control.loadConnection(Samples.BLUE_FIELD);
        server.control.onInitiate = request -> {
            server.control.publish(new ControlEvent.LogLine(Effect.Group.IKE, 1, 7, "BFL-BFR", "say \"hi\"", Samples.NOW));
            return CompletableFuture.completedStage(Outcome.Failed.timedOut(request));
        };
        assertThat(run("initiate", "--child", "bf", "--timeout", "2", "--json")).isEqualTo(1);
        assertThat(lines()).containsExactly(
                new JsonObject("{\"event\":\"log\",\"group\":\"IKE\",\"level\":1,\"ike\":\"BFL-BFR\",\"ike_id\":7,\"message\":\"say \\\"hi\\\"\"}"),
                new JsonObject("{\"event\":\"result\",\"command\":\"initiate\",\"success\":false,"
                        + "\"error\":\"CHILD_SA 'bf' not established after 2000ms\"}"));
        assertThat(err.toString()).as("all is in the JSON").isEmpty();
    }

    @Test
    void terminateAndRekeyCount() {
        server.control.sas.add(Samples.ike(1));
        assertThat(run("terminate", "--ike", "BFL-BFR", "--json")).isZero();
        assertThat(lines().getLast()).isEqualTo(new JsonObject("{\"event\":\"result\",\"command\":\"terminate\",\"success\":true,"
                + "\"error\":null,\"matches\":1,\"terminated\":1}"));
        assertThat(run("rekey", "--ike", "x", "--json")).isEqualTo(1);
        assertThat(lines().getLast().getString("error")).isEqualTo("no matching SAs to rekey found");
        assertThat(lines().getLast().getInteger("matches")).isZero();
    }

    @Test
    void loadTellsOfEachThing() throws IOException {
        Path file = directory.resolve("own.conf");
        Files.copy(Samples.FILE, file);
        server.control.loadConnection(Samples.connection("old", "c", false, false));
        assertThat(run("load", file.toString(), "--json")).isZero();
        assertThat(lines()).extracting(line -> line.getString("event") + " " + line.getString("what") + " " + line.getString("name"))
                .containsExactly("loaded secret ike-BF", "loaded connection BFL-BFR", "unloaded connection old", "result null null");
        assertThat(lines().getLast().getBoolean("success")).isTrue();
    }

    @Test
    void listConnsIsAnArrayAndKnowsWhatIsNotThere() {
        server.control.loadConnection(Samples.BLUE_FIELD);
        assertThat(run("list-conns", "--json")).isZero();
        JsonObject conn = new JsonArray(out.toString()).getJsonObject(0);
        assertThat(conn.getString("name")).isEqualTo("BFL-BFR");
        assertThat(conn.getJsonObject("local").getString("id")).isEqualTo("host1");
        assertThat(conn.getJsonArray("children").getJsonObject(0).getJsonArray("esp_proposals").getJsonObject(0)
                .getJsonArray("encr")).containsExactly("AES_GCM_16_128");
        assertThat(run("list-conns", "--ike", "nope")).isEqualTo(1);
        assertThat(err.toString()).isEqualTo("keylane: no connection 'nope' is loaded\n");
        assertThat(run("list-conns", "--ike", "nope", "--json")).isEqualTo(1);
        assertThat(new JsonArray(out.toString())).isEmpty();
    }
}
