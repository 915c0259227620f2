package dev.keylane.daemon.updown;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScriptRunnerTest {
    @TempDir
    private Path dir;
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final ScriptRunner runner = new ScriptRunner((sa, connection, text) -> log.add(sa + " " + connection + " " + text),
            Duration.ofSeconds(2), 2, 3);

    @AfterEach
    void close() {
        runner.close();
    }

    private static ScriptRun call(String command) {
        return new ScriptRun(5, "gw", "net", command, Map.of("PLUTO_VERB", "up-client", "PATH", "/usr/bin:/bin"));
    }

    private void logs(String... lines) {
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(log).containsExactly(lines));
    }

    @Test
    void logsWhatIsPrinted() {
        runner.run(call("echo \"$PLUTO_VERB\"; echo wrong >&2; printf end"));
        logs("5 gw updown: up-client", "5 gw updown: wrong", "5 gw updown: end");
    }

    @Test
    void givesNothingButTheEnvironment() {
        runner.run(call("env | grep -v -e ^PWD -e ^SHLVL -e ^_= -e ^OLDPWD | sort"));
        logs("5 gw updown: PATH=/usr/bin:/bin", "5 gw updown: PLUTO_VERB=up-client");
    }

    @Test
    void saysHowItEnded() {
        runner.run(call("exit 3"));
        logs("5 gw updown script of 'net' for up-client: ended with 3");
    }

    @Test
    void saysThatThereIsNone() {
        runner.run(call("/no/such/script"));
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(log).hasSize(2)
                .anySatisfy(line -> assertThat(line).contains("not found"))
                .anySatisfy(line -> assertThat(line).endsWith("ended with 127")));
    }

    @Test
    void killsWhatTakesTooLong() {
        runner.run(call("echo begun; sleep 321"));
        logs("5 gw updown: begun", "5 gw updown script of 'net' for up-client: killed after 2 s");
        await().atMost(Duration.ofSeconds(5)).until(() -> ProcessHandle.current().descendants()
                .noneMatch(process -> process.info().commandLine().orElse("").contains("sleep 321")));
    }

    @Test
    void killsWhatPrintsWithoutEnd() {
        runner.run(call("while :; do echo x; done"));
        await().atMost(Duration.ofSeconds(20)).until(() -> log.size() == 101 && log.getLast().contains("killed after 2 s"));
        runner.run(call("echo next"));
        await().atMost(Duration.ofSeconds(20)).until(() -> log.getLast().endsWith("updown: next"));
    }

    /** It holds the pipe open, which nobody waits for. */
    @Test
    void leavesAloneWhatStaysBehind() {
        runner.run(call("sleep 4 & echo done"));
        runner.run(call("echo next"));
        logs("5 gw updown: done", "5 gw updown: next");
    }

    /** What it prints is nobody's: it ends by SIGPIPE, and the daemon has none of it. */
    @Test
    void takesNothingOfWhatStaysBehindAndPrints() {
        runner.run(call("yes left & exit 0"));
        runner.run(call("echo next"));
        await().atMost(Duration.ofSeconds(20)).until(() -> !log.isEmpty() && log.getLast().endsWith("updown: next"));
        assertThat(log).hasSizeLessThan(102);
        await().atMost(Duration.ofSeconds(5)).until(() -> ProcessHandle.allProcesses()
                .noneMatch(process -> process.info().commandLine().orElse("").endsWith("yes left")));
    }

    @Test
    void callsOfAChildKeepTheirOrder() throws Exception {
        Path file = dir.resolve("order");
        for (int i = 0; i < 3; i++) {
            runner.run(call("sleep 0." + (3 - i) + "; echo " + i + " >> " + file));
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(file) && Files.readAllLines(file).size() == 3);
        assertThat(Files.readAllLines(file)).containsExactly("0", "1", "2");
    }

    @Test
    void leavesOutWhatIsTooMuch() throws Exception {
        Path enough = dir.resolve("enough");
        for (int i = 0; i < 10; i++) {
            runner.run(call("while ! [ -e " + enough + " ]; do sleep 0.1; done"));
        }
        assertThat(log).hasSizeBetween(6, 7).allMatch(line -> line.endsWith("left out, too many wait"));
        Files.createFile(enough);
    }

    @Test
    void boundsTheOutput() {
        runner.run(call("i=0; while [ $i -lt 300 ]; do echo line; i=$((i+1)); done; head -c 100000 /dev/zero | tr '\\0' x"));
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(log).hasSize(100));
        runner.run(call("head -c 100000 /dev/zero | tr '\\0' x"));
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(log).hasSize(101));
        assertThat(log.getLast()).hasSizeLessThan(600);
    }

    @Test
    void lettingItEndIsPartOfClosing() {
        runner.run(call("sleep 0.3; echo end"));
        runner.close();
        assertThat(log).containsExactly("5 gw updown: end");
        runner.run(call("echo late"));
        assertThat(log).hasSize(2).last().asString().contains("left out");
    }
}
