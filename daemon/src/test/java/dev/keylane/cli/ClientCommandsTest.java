package dev.keylane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.control.ChildSnapshot;
import dev.keylane.daemon.control.ControlEvent;
import dev.keylane.daemon.control.Outcome;
import dev.keylane.daemon.control.Samples;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.sa.ChildSaView;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.IkeSaView;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands that ask a daemon, against a server on a real socket. */
@Timeout(60)
class ClientCommandsTest {
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

    @Test
    void anIkeSaThatIsToldInPartsIsShownAsOne() {
        terminal.daemon().sas.add(Samples.ike(1, IntStream.rangeClosed(2, 3_001)
                .mapToObj(id -> Samples.child(id, Resource.NONE)).toArray(ChildSnapshot[]::new)));
        terminal.daemon().sas.add(Samples.ike(4_000, Samples.child(4_001, Resource.NONE)));
        assertThat(terminal.run("list-sas", "--json")).isZero();
        JsonArray sas = new JsonArray(terminal.out.toString());
        assertThat(sas).hasSize(2);
        assertThat(sas.getJsonObject(0).getJsonArray("children")).hasSize(3_000);
        terminal.out.getBuffer().setLength(0);
        assertThat(terminal.run("top", "--once")).isZero();
        assertThat(terminal.out.toString()).contains("2 IKE SAs, 3001 Child SAs").doesNotContain(" down");
    }

    @Test
    void whatCouldNotBeToldIsSaid() {
        terminal.daemon().sas.add(Samples.ike(1, Samples.child(2, Resource.NONE)));
        terminal.daemon().loadConnection(Samples.connection("n".repeat(300), "bf", false, false));
        assertThat(terminal.run("list-conns")).isOne();
        assertThat(terminal.err.toString()).contains("keylane: an event list-conn is too large and was left out");
        assertThat(terminal.run("top", "--once")).isOne();
        assertThat(terminal.run("list-sas")).isZero();
    }

    @Test
    void listSasLooksLikeSwanctl() {
        terminal.daemon().sas.add(Samples.ike(1, Samples.child(2, Resource.FALLBACK), Samples.child(3, Resource.cpu(5))));
        terminal.daemon().sas.add(Samples.ike(4, IkeSaView.State.CONNECTING, IkeSaView.Nat.NONE, null,
                Samples.child(6, Resource.NONE, ChildSaView.State.CREATED, null)));
        assertThat(terminal.run("list-sas")).isZero();
        assertThat(terminal.out).hasToString("""
                BFL-BFR: #1, ESTABLISHED, IKEv2, 0123456789abcdef_i* ffffffffffffffff_r
                  local  'host1' @ 192.168.50.1[500]
                  remote 'host2' @ 192.168.50.2[500]
                  AES_CBC-128/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/CURVE_25519
                  established 60s ago, rekeying in 13000s
                  bf: #2, reqid 1, cpu -, INSTALLED, TRANSPORT, ESP:AES_GCM_16-128/ESN
                    installed 5s ago, rekeying in 3000s, expires in 3960s
                    in  c0000002,    200 bytes,     2 packets
                    out cf000002,    200 bytes,     2 packets
                    local  3.3.3.2/32[udp/4789]
                    remote 3.3.3.3/32[udp/4789]
                  bf: #3, reqid 1, cpu 5, INSTALLED, TRANSPORT, ESP:AES_GCM_16-128/CURVE_25519/ESN
                    installed 5s ago, rekeying in 3000s, expires in 3960s
                    in  c0000003,    300 bytes,     3 packets,     3s ago
                    out cf000003,    300 bytes,     3 packets,     3s ago
                    local  3.3.3.2/32[udp/4789]
                    remote 3.3.3.3/32[udp/4789]
                BFL-BFR: #4, CONNECTING, IKEv2, 0123456789abcdef_i* 0000000000000000_r
                  local  'host1' @ 192.168.50.1[500]
                  remote '%any' @ 192.168.50.2[500]
                  bf: #6, reqid 1, CREATED, TRANSPORT
                    local  3.3.3.2/32[udp/4789]
                    remote 3.3.3.3/32[udp/4789]
                """);
    }

    @Test
    void marksAndInterfaceIdsAreShown() {
        ChildSnapshot plain = Samples.child(2, Resource.NONE);
        terminal.daemon().sas.add(Samples.ike(1, marked(plain, new KernelOptions.Mark(42, -1), new KernelOptions.Mark(0x10, 0xff))));
        assertThat(terminal.run("list-sas")).isZero();
        assertThat(terminal.out.toString()).contains("    in  c0000002 (0x0000002a|0x00000007),    200 bytes",
                "    out cf000002 (0x00000010/0x000000ff),    200 bytes");
        assertThat(terminal.run("list-sas", "--json")).isZero();
        JsonObject child = new JsonArray(terminal.out.toString()).getJsonObject(0).getJsonArray("children").getJsonObject(0);
        assertThat(child.getString("mark_in")).isEqualTo("0x0000002a");
        assertThat(child.getString("mark_out")).isEqualTo("0x00000010/0x000000ff");
        assertThat(child.getInteger("if_id_in")).isEqualTo(7);
        assertThat(child.getValue("if_id_out")).isNull();
        terminal.daemon().sas.set(0, Samples.ike(1, marked(plain, KernelOptions.Mark.NONE, KernelOptions.Mark.NONE)));
        assertThat(terminal.run("list-sas")).isZero();
        assertThat(terminal.out.toString()).contains("    in  c0000002 (-|0x00000007),", "    out cf000002,");
    }

    private static ChildSnapshot marked(ChildSnapshot child, KernelOptions.Mark in, KernelOptions.Mark out) {
        ChildSa sa = child.child().sa();
        ChildConfig c = sa.config();
        KernelOptions marked = new KernelOptions(true, false, 0, 0, 32, KernelOptions.HwOffload.NO, "", new KernelOptions.Marks(in, out,
                false, KernelOptions.Mark.NONE, KernelOptions.Mark.NONE, 7, 0), true, true, KernelOptions.CopyDscp.OUT, false, 0);
        ChildConfig config = new ChildConfig(c.name(), c.mode(), c.proposals(), c.localTs(), c.remoteTs(), c.actions(), c.lifetime(),
                c.perCpu(), marked);
        ChildSaView view = child.child();
        return new ChildSnapshot(new ChildSaView(new ChildSa(sa.id(), 1, sa.connection(), config, sa.terms(), sa.path(), sa.resource(), 0),
                view.state(), view.installed(), view.rekeyAt(), view.lifeEnd()), 1, 1, child.inbound(), child.outbound(), child.grant());
    }

    @Test
    void steerShowTellsWhoSteersWhat() {
        assertThat(terminal.run("steer", "show")).isZero();
        assertThat(terminal.out).hasToString("nothing is steered\n");
        terminal.daemon().steering = Samples.steering();
        assertThat(terminal.run("steer", "show")).isZero();
        assertThat(terminal.out).hasToString("""
                eth0: steering = auto
                  spi    no: eth0 does not hash the SPI of ESP (driver veth)
                  xdp    native, 1 of 1 entries, 60 hits, 2 misses
                         packets: redirected 50, already-here 10, no-entry 2
                         alert: the table of eth0 is full with 1 SAs
                  c0000001 to 192.0.2.1 -> cpu 3, by xdp, 60 packets
                  c0000002 to 192.0.2.1 -> cpu 4, not steered (xdp: the table of eth0 is full with 1 SAs)
                eth1: plaintext spread over CPUs 0,2 (generic)
                         packets: redirected 9
                eth2: plaintext is not spread: there is no such device
                CPUs that send: watched on eth0, eth1; not all are watched: eth2: no program fits
                         children and peers: 2 by the program, 1 by acquires
                """);
    }

    @Test
    void steerShowAsJsonHasTheSameKeysEverywhere() {
        terminal.daemon().steering = Samples.steering();
        assertThat(terminal.run("steer", "show", "--json")).isZero();
        JsonObject device = new JsonObject(terminal.out.toString()).getJsonArray("devices").getJsonObject(0);
        JsonArray strategies = device.getJsonArray("strategies");
        assertThat(strategies.getJsonObject(0).fieldNames())
                .containsExactlyElementsOf(strategies.getJsonObject(1).fieldNames());
        assertThat(strategies.getJsonObject(0).getValue("hits")).isNull();
        assertThat(strategies.getJsonObject(1).getLong("misses")).isEqualTo(2);
        JsonArray sas = device.getJsonArray("sas");
        assertThat(sas.getJsonObject(0).fieldNames()).containsExactlyElementsOf(sas.getJsonObject(1).fieldNames());
        assertThat(sas.getJsonObject(1).getValue("strategy")).isNull();
        assertThat(sas.getJsonObject(1).getString("reason")).startsWith("xdp: ");
    }

    @Test
    void steerWantsToKnowWhat() {
        assertThat(Keylane.commandLine().setErr(new PrintWriter(terminal.err, true)).execute("steer")).isEqualTo(2);
        assertThat(terminal.err.toString()).startsWith("steer what? show or plan");
    }

    @Test
    void jsonHasTheSameKeysWhateverTheState() {
        terminal.daemon().sas.add(Samples.ike(1, Samples.child(2, Resource.FALLBACK), Samples.child(3, Resource.cpu(5))));
        terminal.daemon().sas.add(Samples.ike(4, IkeSaView.State.CONNECTING, IkeSaView.Nat.NONE, null,
                Samples.child(6, Resource.NONE, ChildSaView.State.CREATED, null)));
        assertThat(terminal.run("list-sas", "--json")).isZero();
        JsonArray sas = new JsonArray(terminal.out.toString());
        JsonObject first = sas.getJsonObject(0);
        JsonObject second = sas.getJsonObject(1);
        assertThat(second.fieldNames()).containsExactlyElementsOf(first.fieldNames());
        assertThat(first.getString("name")).isEqualTo("BFL-BFR");
        assertThat(first.getJsonObject("remote").encode())
                .isEqualTo("{\"host\":\"192.168.50.2\",\"port\":500,\"id\":\"host2\"}");
        assertThat(second.getValue("algorithms")).isNull();

        JsonObject fallback = first.getJsonArray("children").getJsonObject(0);
        JsonObject bound = first.getJsonArray("children").getJsonObject(1);
        JsonObject created = second.getJsonArray("children").getJsonObject(0);
        assertThat(created.fieldNames()).containsExactlyElementsOf(bound.fieldNames());
        assertThat(fallback.getValue("cpu")).isNull();
        assertThat(fallback.getBoolean("per_cpu")).isTrue();
        assertThat(bound.encode()).isEqualTo("{\"name\":\"bf\",\"id\":3,\"reqid\":1,\"state\":\"INSTALLED\","
                + "\"mode\":\"TRANSPORT\",\"protocol\":\"ESP\",\"per_cpu\":true,\"cpu\":5,\"lane\":null,\"lanes\":null,\"encap\":false,"
                + "\"spi_in\":\"c0000003\",\"spi_out\":\"cf000003\",\"mark_in\":null,\"mark_out\":null,"
                + "\"if_id_in\":null,\"if_id_out\":null,\"esn\":true,"
                + "\"algorithms\":\"AES_GCM_16-128/CURVE_25519\",\"offload\":null,\"offload_device\":null,"
                + "\"offload_asked\":null,\"offload_refused\":[],\"bytes_in\":300,\"packets_in\":3,"
                + "\"used_in_seconds\":3,\"bytes_out\":300,\"packets_out\":3,\"used_out_seconds\":3,"
                + "\"installed_seconds\":5,\"rekey_seconds\":3000,\"life_seconds\":3960,"
                + "\"local_ts\":[\"3.3.3.2/32[udp/4789]\"],\"remote_ts\":[\"3.3.3.3/32[udp/4789]\"]}");
        assertThat(created.getLong("packets_in")).isZero();
    }

    @Test
    void noSasAreAnEmptyArray() {
        assertThat(terminal.run("list-sas", "--json")).isZero();
        assertThat(terminal.out).hasToString("[]\n");
    }

    @Test
    void initiateShowsTheLogAndTheOutcome() {
        terminal.daemon().loadConnection(Samples.BLUE_FIELD);
        terminal.daemon().onInitiate = request -> {
            terminal.daemon().publish(line("generating IKE_SA_INIT request 0"));
            return CompletableFuture.completedStage(
                    request.timeout().millis() == 3_000 ? Outcome.Failed.timedOut(request) : Outcome.DONE);
        };
        assertThat(terminal.run("initiate", "--child", "bf")).isZero();
        assertThat(terminal.out).hasToString("[IKE] generating IKE_SA_INIT request 0\ninitiate completed successfully\n");
        assertThat(terminal.run("initiate", "--child", "bf", "--timeout", "3")).isEqualTo(1);
        assertThat(terminal.err).hasToString("keylane: initiate failed: CHILD_SA 'bf' not established after 3000ms\n");
        assertThat(terminal.run("initiate")).as("a wrong command line").isEqualTo(2);
        assertThat(terminal.err.toString()).contains("--child").contains("--ike");
    }

    @Test
    void terminateTakesNamesAndNumbers() {
        terminal.daemon().sas.add(Samples.ike(1, Samples.child(2, Resource.FALLBACK)));
        assertThat(terminal.run("terminate", "--child-id", "2")).isZero();
        assertThat(terminal.run("terminate", "--ike", "BFL-BFR", "--force")).isZero();
        assertThat(terminal.daemon().calls).containsExactly("terminate [Child[id=2]]", "terminate [Ike[id=1]] force");
        assertThat(terminal.run("terminate", "--ike-id", "7")).isEqualTo(1);
        assertThat(terminal.err).hasToString("keylane: terminate failed: no matching SAs to terminate found\n");
        assertThat(terminal.run("terminate")).as("a wrong command line").isEqualTo(2);
    }

    @Test
    void loadMakesTheDaemonsConfigurationThatOfTheFile() throws IOException {
        terminal.daemon().loadConnection(Samples.connection("old", "x", false, false));
        assertThat(terminal.run("load", Samples.FILE.toString())).isZero();
        assertThat(terminal.out).hasToString("loaded secret 'ike-BF'\nloaded connection 'BFL-BFR'\nunloaded connection 'old'\n");
        var book = terminal.daemon().book().toCompletableFuture().join();
        assertThat(book.connections()).containsExactly(Samples.BLUE_FIELD);
        assertThat(book.sharedKeys().getFirst().owners()).hasToString("[host1, host2]");

        assertThat(terminal.run("list-conns")).isZero();
        assertThat(terminal.out).hasToString("""
                BFL-BFR: IKEv2, no reauthentication, no rekeying
                  local:  192.168.50.1[500]
                  remote: 192.168.50.2[500]
                  local pre-shared key authentication:
                    id: host1
                  remote pre-shared key authentication:
                    id: host2
                  bf: TRANSPORT, rekeying every 3600s
                    local:  3.3.3.0/24[udp/4789]
                    remote: 3.3.3.0/24[udp/4789]
                """);
        assertThat(terminal.err.toString()).isEmpty();
        Path perCpu = Files.writeString(directory.resolve("per-cpu.conf"), Files.readString(Samples.FILE)
                .replace("children {", "steering = xdp\nchildren {").replace("bf {", """
                        bf {
                        per_cpu_sas = encap
                        per_cpu_mode = hybrid
                        per_cpu_cpus = 0
                        per_cpu_max = 4
                        """));
        assertThat(terminal.run("load", perCpu.toString())).isZero();
        showsWhatCharonDoesNotTell();
        assertThat(terminal.run("load", perCpu.toString())).isZero();
        assertThat(terminal.run("list-conns", "--ike", "BFL-BFR")).isZero();
        assertThat(terminal.out.toString()).endsWith("    per_cpu_sas = encap, per_cpu_mode = hybrid, per_cpu_cpus = 0, "
                + "per_cpu_max = 4, steering = xdp\n");
        Path daemon = Files.writeString(directory.resolve("daemon.conf"), "\ncharon.port = 501\n");
        assertThat(terminal.run("load", daemon.toString(), Samples.FILE.toString())).isZero();
        assertThat(terminal.err.toString()).endsWith("warning: " + daemon + ":2: settings of the daemon itself are read when it starts, "
                + "restart it if they have changed\n");
        Path bad = Files.writeString(directory.resolve("bad.conf"), "connections { a { bogus = 1 } }\n");
        assertThat(terminal.run("load", bad.toString())).isEqualTo(1);
        assertThat(terminal.err.toString()).contains("bad.conf:1: bogus: unknown key");
        assertThat(terminal.daemon().book().toCompletableFuture().join().connections()).hasSize(1);
    }

    private void showsWhatCharonDoesNotTell() throws IOException {
        Path marked = Files.writeString(directory.resolve("marked.conf"), Files.readString(Samples.FILE).replace("bf {", """
                bf {
                start_action = trap
                hw_offload = crypto
                mark_in = 42
                mark_out = 0x10/0xff
                set_mark_out = 43
                if_id_out = 7
                """));
        assertThat(terminal.run("load", marked.toString())).isZero();
        assertThat(terminal.run("list-conns", "--ike", "BFL-BFR")).isZero();
        assertThat(terminal.out.toString()).endsWith("    start_action = trap, hw_offload = crypto, mark_in = 0x0000002a, "
                + "mark_out = 0x00000010/0x000000ff, set_mark_out = 0x0000002b, if_id_out = 7\n");
        assertThat(terminal.run("list-conns", "--json")).isZero();
        JsonObject child = new JsonArray(terminal.out.toString()).getJsonObject(0).getJsonArray("children").getJsonObject(0);
        assertThat(child.getString("start_action")).isEqualTo("trap");
        assertThat(child.getString("hw_offload")).isEqualTo("crypto");
        assertThat(child.getString("mark_out")).isEqualTo("0x00000010/0x000000ff");
        assertThat(child.getValue("set_mark_in")).isNull();
        assertThat(child.getInteger("if_id_out")).isEqualTo(7);
    }

    @Test
    void logShowsLinesUntilTheDaemonStops() throws Exception {
        CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(() -> terminal.run("log"));
        Awaitility.await().until(() -> {
            terminal.daemon().publish(line("hello"));
            return terminal.out.toString().contains("[IKE] <BFL-BFR|1> hello\n");
        });
        terminal.close();
        assertThat(exit.get(10, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(terminal.err).hasToString("keylane: the daemon closed the connection\n");
    }

    @Test
    void aDaemonThatIsNotThereIsOneSentence() {
        terminal.close();
        assertThat(terminal.run("list-sas")).isEqualTo(1);
        assertThat(terminal.err.toString()).startsWith("keylane: cannot reach the daemon at " + terminal.socket() + ": ")
                .hasLineCount(1);
    }

    private static ControlEvent.LogLine line(String message) {
        return new ControlEvent.LogLine(Effect.Group.IKE, 1, 1, "BFL-BFR", message, Samples.NOW);
    }
}
