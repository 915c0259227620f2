package dev.keylane.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keylane.daemon.kernel.KernelJournal;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The daemon as a process: what it says, how it ends, what it leaves. */
@Timeout(120)
class RunCommandTest {
    @TempDir
    Path directory;

    private final List<Process> started = new ArrayList<>();
    private int port;
    private int natPort;

    @BeforeEach
    void choosePorts() throws IOException {
        try (DatagramSocket one = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0));
             DatagramSocket two = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
            port = one.getLocalPort();
            natPort = two.getLocalPort();
        }
    }

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    /** SIGHUP counts even where whoever runs the tests has it ignored, as nohup does. */
    private Process keylane(Path log, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=HUP", ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-XX:TieredStopAtLevel=1",
                "-cp", System.getProperty("java.class.path"), "dev.keylane.cli.Keylane"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        started.add(process);
        return process;
    }

    private Path log(String name) {
        return directory.resolve(name + ".log");
    }

    private Process run(String name, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("run", "--kernel", "software", "--control",
                directory.resolve(name + ".vici").toString()));
        arguments.addAll(List.of(more));
        Map<String, String> usual = Map.of("--tun", "none", "--port", Integer.toString(port), "--nat-port",
                Integer.toString(natPort));
        usual.forEach((option, value) -> {
            if (!arguments.contains(option)) {
                arguments.addAll(List.of(option, value));
            }
        });
        return keylane(log(name), arguments.toArray(String[]::new));
    }

    private Process side(String name) throws IOException {
        Process process = run(name, "--config", Path.of("../examples/demo", name + ".conf").toString());
        await().atMost(Duration.ofSeconds(40)).until(() -> Files.exists(directory.resolve(name + ".vici")));
        return process;
    }

    private int initiate() throws Exception {
        Process client = keylane(log("client"), "initiate", "--child", "bf", "--control",
                directory.resolve("left.vici").toString());
        assertThat(client.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return client.exitValue();
    }

    private void kill(Process process, String signal) throws Exception {
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).inheritIO().start().waitFor();
    }

    /** It fails with one sentence of its own, and what was in the directory is all that is there. */
    private String refusal(String name, String... more) throws Exception {
        Process process = run(name, more);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        List<String> said = Files.readAllLines(log(name));
        assertThat(process.exitValue()).as(String.join("\n", said)).isEqualTo(1);
        assertThat(directory.resolve(name + ".vici")).doesNotExist();
        assertThat(KernelJournal.beside(directory.resolve(name + ".vici"))).doesNotExist();
        assertThat(said).noneMatch(line -> line.contains("Exception") || line.startsWith("\tat "));
        List<String> sentences = said.stream().filter(line -> line.startsWith("keylane: ")).toList();
        assertThat(sentences).as(String.join("\n", said)).hasSize(1);
        return sentences.getFirst().substring("keylane: ".length());
    }

    @Test
    void saysInASentenceWhatKeepsItFromStarting() throws Exception {
        assertThat(refusal("a", "--listen", "here")).isEqualTo("--listen here is not an IP address");
        assertThat(refusal("b", "--listen", "192.0.2.77")).matches(
                "cannot listen on 192\\.0\\.2\\.77\\[\\d+]: no interface has this address");
        assertThat(refusal("c", "--http", "nowhere")).isEqualTo("--http nowhere is not HOST:PORT");
        assertThat(refusal("d", "--port", "99999")).contains("--port 99999").contains("not two ports from 1 to 65535");
        assertThat(refusal("e", "--tun", "not/a/name")).isEqualTo(
                "cannot have the TUN device not/a/name: Linux takes no such name: none with a space, / or :");
        assertThat(refusal("g", "--tun", "abcdefghijklmnopqrstu")).isEqualTo("cannot have the TUN device abcdefghijklmnopqrstu: "
                + "the name has 21 octets, and Linux takes 15 at the most");
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress("127.0.0.1", 0));
            assertThat(refusal("f", "--http", "127.0.0.1:" + taken.getLocalPort()))
                    .startsWith("cannot serve HTTP on 127.0.0.1:").contains("already in use");
        }
    }

    @Test
    void aBadConfigurationIsToldByItsMistakes() throws Exception {
        Path bad = Files.writeString(directory.resolve("bad.conf"), "connections { c { mobike = yes\n} }\n");
        assertThat(mistakes("g", bad)).contains("bad.conf:1: mobike: \"yes\" is not supported by keylane, only no");
        assertThat(mistakes("h", directory.resolve("none.conf"))).contains("none.conf: file: no such file");
    }

    /** Warnings and mistakes of the configuration, the log, and why it ends. */
    @Test
    void everyLineIsJsonWhereTheLogIs() throws Exception {
        String json = "keylane { log_format = json\n}\n";
        Path bad = Files.writeString(directory.resolve("bad.conf"), json + "connections { c { mobike = yes\nsend_cert = always\n} }\n");
        Process process = run("i", "--config", bad.toString());
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(objects("i")).extracting(line -> line.getString("level") + " " + line.getString("group"))
                .contains("warn CFG", "error CFG");
        Path good = Files.writeString(directory.resolve("good.conf"), json + "swanctl { load = x\n}\n");
        process = run("j", "--config", good.toString(), "--listen", "192.0.2.77");
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(objects("j")).extracting(line -> line.getString("message"))
                .startsWith(good + ":3: swanctl: ignored, it is meant for another program")
                .last().asString().endsWith("no interface has this address");
    }

    @Test
    void aStartThatFailedTakesItsDirectoryAway() throws Exception {
        Path control = directory.resolve("new/keylane.vici");
        Process process = keylane(log("k"), "run", "--kernel", "software", "--tun", "none", "--control", control.toString(),
                "--port", Integer.toString(port), "--nat-port", Integer.toString(natPort), "--listen", "192.0.2.77");
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(log("k"))).contains("no interface has this address");
        assertThat(control.getParent()).doesNotExist();
    }

    private List<JsonObject> objects(String name) throws IOException {
        return Files.readAllLines(log(name)).stream().map(JsonObject::new).toList();
    }

    private String mistakes(String name, Path config) throws Exception {
        Process process = run(name, "--config", config.toString());
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(directory.resolve(name + ".vici")).doesNotExist();
        return Files.readString(log(name));
    }

    /** Runs a command without any right of root's, to its end; what it printed. */
    private List<String> withoutRights(int exit, String... arguments) throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "no setpriv to give up rights with");
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "not root: nothing to give up");
        List<String> command = new ArrayList<>(List.of("setpriv", "--bounding-set", "-all", "--inh-caps", "-all",
                ProcessHandle.current().info().command().orElseThrow(), "--enable-native-access=ALL-UNNAMED",
                "-cp", System.getProperty("java.class.path"), "dev.keylane.cli.Keylane"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log("h").toFile()).start();
        started.add(process);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(exit);
        return Files.readAllLines(log("h"));
    }

    @Test
    void withoutTheRightToXfrmItSaysSo() throws Exception {
        assertThat(withoutRights(1, "run", "--kernel", "xfrm", "--control", directory.resolve("h.vici").toString()))
                .filteredOn(line -> line.startsWith("keylane: ")).singleElement()
                .asString().startsWith("keylane: XFRM netlink cannot be used: ");
    }

    @Test
    void whatMayNotBeReadOrWrittenIsNamed() throws Exception {
        Path closed = Files.createDirectory(directory.resolve("closed"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("---------")));
        assertThat(withoutRights(1, "check", closed.toString())).containsExactly(closed + ": directory: cannot be read");
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
        Path control = closed.resolve("new/keylane.vici");
        assertThat(withoutRights(1, "run", "--control", control.toString()))
                .anyMatch(line -> line.contains("using the embedded software kernel: XFRM netlink cannot be used: "))
                .contains("keylane: cannot create " + control.getParent()
                        + ": permission denied; choose another place by --control");
    }

    @Test
    void sigtermEndsItCleanlyAndItsPeerKnows() throws Exception {
        Process right = side("right");
        Process left = side("left");
        assertThat(initiate()).as(Files.readString(log("client"))).isZero();
        kill(left, "TERM");
        assertThat(left.waitFor(15, TimeUnit.SECONDS)).isTrue();
        assertThat(left.exitValue()).isZero();
        assertThat(directory.resolve("left.vici")).doesNotExist();
        assertThat(Files.readString(log("left"))).contains("[DMN] stopped");
        assertThat(Files.readString(log("right"))).contains("received DELETE for IKE_SA");
        // A shell's background jobs ignore SIGINT, and so would a daemon started from one.
        kill(right, ignoresInterrupts() ? "TERM" : "INT");
        assertThat(right.waitFor(15, TimeUnit.SECONDS)).isTrue();
        assertThat(right.exitValue()).isZero();
    }

    /** From the mask of ignored signals, in which SIGINT is the second bit. */
    private static boolean ignoresInterrupts() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
    }

    @Test
    void aPeerThatDoesNotAnswerHoldsItForThreeSeconds() throws Exception {
        Process right = side("right");
        Process left = side("left");
        assertThat(initiate()).as(Files.readString(log("client"))).isZero();
        kill(right, "STOP");
        long start = System.nanoTime();
        kill(left, "TERM");
        assertThat(left.waitFor(20, TimeUnit.SECONDS)).isTrue();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertThat(took).isBetween(Duration.ofMillis(2900), Duration.ofSeconds(12));
        assertThat(left.exitValue()).isZero();
        assertThat(Files.readString(log("left"))).contains("1 of 1 peers did not answer the delete");
        assertThat(directory.resolve("left.vici")).doesNotExist();
        kill(right, "CONT");
    }

    /** The log may tell of something a moment before pages do. */
    private static final Duration SOON = Duration.ofSeconds(20);

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static String reads(int http, String page) throws IOException {
        try (InputStream answer = URI.create("http://127.0.0.1:" + http + page).toURL().openStream()) {
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The SAs of what has not changed stay; a file with a mistake changes nothing; the daemon does not end. */
    @Test
    void sighupReadsTheFilesAgain() throws Exception {
        side("right");
        Path config = Files.copy(Path.of("../examples/demo/left.conf"), directory.resolve("copy.conf"));
        int http = freePort();
        run("left", "--config", config.toString(), "--http", "127.0.0.1:" + http);
        await().atMost(Duration.ofSeconds(40)).until(() -> Files.exists(directory.resolve("left.vici")));
        assertThat(initiate()).as(Files.readString(log("client"))).isZero();
        Files.writeString(config, "connections { more { local_addrs = 127.0.0.1\nlocal { auth = psk\n}\nremote { auth = psk\n} } }\n"
                + "charon { retransmit_tries = 2\n}\n", StandardOpenOption.APPEND);
        kill(started.get(1), "HUP");
        await().atMost(SOON).untilAsserted(() -> assertThat(Files.readString(log("left")))
                .contains("added vici connection: more", "2 connections are those of the files again"));
        await().atMost(SOON).untilAsserted(() -> assertThat(reads(http, "/metrics")).contains("keylane_config_last_reload_successful 1\n"));
        Files.writeString(config, "nonsense {\n", StandardOpenOption.APPEND);
        kill(started.get(1), "HUP");
        await().atMost(SOON).untilAsserted(() -> assertThat(Files.readString(log("left")))
                .contains("nothing was changed: ").contains("nonsense: the section is not closed"));
        String success = "keylane_config_last_reload_success_timestamp_seconds ";
        await().atMost(SOON).untilAsserted(() -> assertThat(reads(http, "/metrics"))
                .contains("keylane_config_last_reload_successful 0\n", success));
        await().atMost(SOON).untilAsserted(() -> assertThat(reads(http, "/"))
                .contains("configuration: could not be read again: nothing was changed: ")
                .contains("nonsense: the section is not closed", "configuration: read again"));
        Files.copy(Path.of("../examples/demo/left.conf"), config, StandardCopyOption.REPLACE_EXISTING);
        kill(started.get(1), "HUP");
        await().atMost(SOON).untilAsserted(() -> assertThat(Files.readString(log("left")))
                .contains("removed vici connection: more"));
        await().atMost(SOON).untilAsserted(() -> assertThat(reads(http, "/metrics"))
                .contains("keylane_config_last_reload_successful 1\n"));
        assertThat(Files.readString(log("left"))).doesNotContain("deleting IKE_SA", "closed:");
        assertThat(started.get(1).isAlive()).isTrue();
    }

    @Test
    void theConfigurationMaySayWhereTheControlSocketIs() throws Exception {
        Path socket = directory.resolve("elsewhere.vici");
        Path config = Files.writeString(directory.resolve("s.conf"),
                "charon { plugins { vici { socket = unix://" + socket + "\n} } }\n");
        Process process = keylane(log("s"), "run", "--kernel", "software", "--tun", "none", "--port",
                Integer.toString(port), "--nat-port", Integer.toString(natPort), "--config", config.toString());
        await().atMost(Duration.ofSeconds(40)).until(() -> Files.exists(socket));
        kill(process, "TERM");
        assertThat(process.waitFor(15, TimeUnit.SECONDS)).isTrue();
        assertThat(socket).doesNotExist();
    }

    @Test
    void aSignalWhileItStartsLeavesNothing() throws Exception {
        Process early = run("early");
        await().atMost(Duration.ofSeconds(40)).until(() -> Files.readString(log("early")).contains("[DMN] keylane"));
        kill(early, "TERM");
        assertThat(early.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(directory.resolve("early.vici")).doesNotExist();
    }

    @Test
    void withoutAConfigurationItWaitsForOne() throws Exception {
        Process idle = run("idle");
        await().atMost(Duration.ofSeconds(40)).until(() -> Files.exists(directory.resolve("idle.vici")));
        assertThat(Files.readString(log("idle"))).contains("waiting for some over the control socket");
        kill(idle, "TERM");
        assertThat(idle.waitFor(15, TimeUnit.SECONDS)).isTrue();
        assertThat(idle.exitValue()).isZero();
    }
}
