package dev.keylane.daemon.vici.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keylane.daemon.control.ControlEvent;
import dev.keylane.daemon.control.Outcome;
import dev.keylane.daemon.control.Samples;
import dev.keylane.daemon.kernel.TrapView;
import dev.keylane.daemon.vici.ViciMessage;
import dev.keylane.daemon.vici.client.ViciClient;
import dev.keylane.daemon.vici.server.ServerFixture;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.policy.SharedKey;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.wire.Octets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every command, asked over the socket. */
@Timeout(60)
class CommandsTest {
    private static final Map<String, String> SUCCESS = Map.of("success", "yes");

    @TempDir
    private Path directory;
    private ServerFixture server;
    private ViciClient client;

    @BeforeEach
    void start() throws IOException {
        server = new ServerFixture(directory);
        client = server.client();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.close();
    }

    @Test
    void versionAndStats() throws IOException {
        assertThat(ask("version")).containsEntry("daemon", "keylane").containsEntry("version", "1.2.3")
                .containsEntry("sysname", "Linux").containsKeys("release", "machine");
        ViciMessage stats = client.request("stats", ViciMessage.EMPTY);
        assertThat(stats.elements()).extracting(ViciMessage.Element::name)
                .containsExactly("uptime", "workers", "queues", "scheduled", "ikesas", "plugins", "mallinfo");
        assertThat(stats.section("uptime").orElseThrow().text("running")).contains("2 hours");
        assertThat(stats.list("plugins")).containsExactly("vici", "kernel-software");
        assertThat(ask("reload-settings")).containsEntry("errmsg", "settings are read at start only");
    }

    @Test
    void aConnectionIsLoadedListedAndUnloaded() throws IOException {
        assertThat(load("c", conn("remote_addrs", "192.0.2.1").build())).isEqualTo(SUCCESS);
        assertThat(client.request("get-conns", ViciMessage.EMPTY).list("conns")).containsExactly("c");
        List<ViciMessage> conns = events("list-conns", "list-conn");
        assertThat(conns.getFirst().section("c").orElseThrow().list("remote_addrs")).containsExactly("192.0.2.1");
        ViciMessage child = ViciMessage.builder().set("start_action", "none").set("mark_in", "42").build();
        load("c", conn("remote_addrs", "192.0.2.1").section("children", ViciMessage.builder().section("k", child).build()).build());
        assertThat(events("list-conns", "list-conn").getFirst()).asString().doesNotContain("mark-in");
        assertThat(events("list-conns", "list-conn", "details", "yes").getFirst()).asString().contains("mark-in");
        assertThat(ask("unload-conn", "name", "c")).isEqualTo(SUCCESS);
        assertThat(client.request("get-conns", ViciMessage.EMPTY).list("conns")).isEmpty();
        assertThat(ask("unload-conn", "name", "c")).containsEntry("success", "no");
        assertThat(ask("unload-conn")).containsEntry("errmsg", "unload: missing connection name");
    }

    @ParameterizedTest
    @CsvSource({
        "bogus, 1, 'unknown option: bogus, config discarded'",
        "rekey_time, soon, 'invalid value for: rekey_time, config discarded'",
        "proposals, rot13, 'invalid value for: proposals, config discarded'",
        "mobike, yes, 'invalid value for: mobike, config discarded'",
    })
    void aConnectionWithAMistakeIsRefusedInCharonsWords(String key, String value, String errmsg) throws IOException {
        assertThat(load("c", conn(key, value).build()).get("errmsg")).startsWith(errmsg);
        assertThat(client.request("get-conns", ViciMessage.EMPTY).list("conns")).isEmpty();
    }

    @Test
    void unknownSectionsAreRefused() throws IOException {
        assertThat(load("c", conn("version", "2").section("bogus", ViciMessage.EMPTY).build()))
                .containsEntry("errmsg", "invalid section: bogus");
    }

    @Test
    void sharedKeysKeepTheirOctetsAndOwners() throws IOException {
        assertThat(ask("load-shared", ViciMessage.builder().set("id", "ike-1").set("type", "IKE")
                .set("data", Octets.of(0, 255, 7)).list("owners", List.of("host1", "192.0.2.1"))
                .build())).isEqualTo(SUCCESS);
        SharedKey key = server.control.book().toCompletableFuture().join().sharedKeys().getFirst();
        assertThat(key.secret().borrow()).containsExactly(0, -1, 7);
        assertThat(key.owners()).containsExactly(Identification.parse("host1"), Identification.parse("192.0.2.1"));
        assertThat(client.request("get-shared", ViciMessage.EMPTY).list("keys")).containsExactly("ike-1");
        assertThat(ask("unload-shared", "id", "ike-1")).isEqualTo(SUCCESS);
        assertThat(ask("unload-shared", "id", "ike-1")).as("as charon: it is gone, whoever did it").isEqualTo(SUCCESS);
    }

    @Test
    void anUnnamedSharedKeyWorksButIsNotListedSoThatNobodyUnloadsIt() throws IOException {
        ViciMessage key = ViciMessage.builder().set("type", "ike").set("data", "s").build();
        assertThat(ask("load-shared", key)).isEqualTo(SUCCESS);
        assertThat(ask("load-shared", key)).isEqualTo(SUCCESS);
        assertThat(server.control.book().toCompletableFuture().join().sharedKeys()).hasSize(1);
        assertThat(client.request("get-shared", ViciMessage.EMPTY).list("keys")).isEmpty();
        assertThat(ask("clear-creds")).isEqualTo(SUCCESS);
        assertThat(server.control.book().toCompletableFuture().join().sharedKeys()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"'', x, shared key type missing", "eap, x, shared keys of type eap are not supported by keylane",
        "magic, x, invalid shared key type: magic", "ike, , shared key data missing"})
    void sharedKeysThatCannotBeUsedAreRefused(String type, String data, String errmsg) throws IOException {
        ViciMessage.Builder key = ViciMessage.builder().set("type", type);
        if (data != null) {
            key.set("data", data);
        }
        assertThat(ask("load-shared", key.build())).containsEntry("errmsg", errmsg);
    }

    @Test
    void whatThereIsNoneOfIsEmptyToGetAndRefusedToLoad() throws IOException {
        for (String command : List.of("get-keys", "get-authorities", "get-pools")) {
            assertThat(ask(command)).isEmpty();
        }
        assertThat(events("list-certs", "list-cert")).isEmpty();
        assertThat(ask("flush-certs")).isEqualTo(SUCCESS);
        assertThatThrownBy(() -> ask("get-rich")).hasMessage("the daemon does not know the command get-rich");
    }

    @Test
    void initiateTellsTheLogOfItsConnectionAndHowItEnded() throws IOException {
        server.control.loadConnection(Samples.BLUE_FIELD);
        server.control.onInitiate = request -> {
            server.control.publish(line(1, "BFL-BFR", "initiating IKE_SA"));
            server.control.publish(line(2, "BFL-BFR", "too detailed"));
            server.control.publish(line(1, "elsewhere", "not about us"));
            return CompletableFuture.completedStage(Outcome.Failed.timedOut(request));
        };
        List<String> log = new ArrayList<>();
        ViciMessage request = ViciMessage.builder().set("child", "bf").set("timeout", 1500).build();
        ViciMessage response = client.request("initiate", request, "control-log",
                message -> log.add(message.text("group").orElseThrow() + " " + message.text("msg").orElseThrow()));
        assertThat(log).containsExactly("IKE initiating IKE_SA");
        assertThat(values(response)).containsEntry("success", "no")
                .containsEntry("errmsg", "CHILD_SA 'bf' not established after 1500ms");
        assertThat(server.control.calls).contains("initiate BFL-BFR/bf 1500");
        assertThat(server.control.listeners()).as("only the server's own").isEqualTo(1);
    }

    @Test
    void initiateNeedsANameThatExists() throws IOException {
        assertThat(ask("initiate")).containsEntry("errmsg", "missing configuration name");
        assertThat(ask("initiate", "child", "x")).containsEntry("errmsg", "CHILD_SA config 'x' not found");
        assertThat(ask("initiate", "ike", "x")).containsEntry("errmsg", "IKE_SA config 'x' not found");
    }

    @Test
    void aBugInTheDaemonIsAnAnswerToo() throws IOException {
        server.control.loadConnection(Samples.BLUE_FIELD);
        server.control.onInitiate = request -> CompletableFuture.failedStage(new IllegalStateException("boom"));
        assertThat(ask("initiate", "child", "bf")).containsEntry("errmsg", "internal error: initiate failed");
        assertThat(ask("version")).containsKey("daemon");
    }

    @Test
    void terminateSelectsAndCounts() throws IOException {
        server.control.sas.add(Samples.ike(1, Samples.child(2, Resource.FALLBACK), Samples.child(3, Resource.cpu(0))));
        assertThat(ask("terminate", "child", "bf")).isEqualTo(
                Map.of("success", "yes", "matches", "2", "terminated", "2"));
        assertThat(ask("terminate", "ike-id", "1", "force", "yes")).containsEntry("matches", "1");
        assertThat(server.control.calls)
                .containsExactly("terminate [Child[id=2], Child[id=3]]", "terminate [Ike[id=1]] force");
        assertThat(ask("terminate", "ike", "x"))
                .containsEntry("errmsg", "no matching SAs to terminate found").containsEntry("matches", "0");
        assertThat(ask("terminate")).containsEntry("errmsg", "missing terminate selector");
        assertThat(ask("terminate", "child-id", "abc")).containsEntry("errmsg", "invalid value for: child-id");
    }

    @Test
    void rekeySelectsAndCounts() throws IOException {
        server.control.sas.add(Samples.ike(1, Samples.child(2, Resource.FALLBACK)));
        assertThat(ask("rekey", "ike", "BFL-BFR")).isEqualTo(Map.of("success", "yes", "matches", "1"));
        assertThat(ask("rekey", "ike", "x")).isEqualTo(Map.of("success", "no", "matches", "0",
                "errmsg", "no matching SAs to rekey found"));
        assertThat(ask("rekey")).containsEntry("errmsg", "missing rekey selector");
        assertThat(ask("rekey", "ike-id", "abc")).containsEntry("errmsg", "invalid value for: ike-id");
        assertThat(ask("rekey", "ike-id", "1", "reauth", "yes")).containsEntry("success", "no")
                .containsEntry("errmsg", "reauthentication is not supported by keylane");
    }

    @Test
    void listSasFiltersIkeSasByTheirOwnKeysOnly() throws IOException {
        server.control.sas.add(Samples.ike(1, Samples.child(2, Resource.FALLBACK), Samples.child(3, Resource.cpu(0))));
        server.control.sas.add(Samples.ike(4));
        assertThat(children(events("list-sas", "list-sa"))).containsExactly(List.of("bf-2", "bf-3"), List.of());
        assertThat(children(events("list-sas", "list-sa", "child-id", "3")))
                .containsExactly(List.of("bf-3"), List.of());
        assertThat(children(events("list-sas", "list-sa", "ike-id", "4"))).containsExactly(List.of());
        assertThat(events("list-sas", "list-sa", "ike", "other")).isEmpty();
        assertThat(client.request("list-sas", ViciMessage.EMPTY)).as("not registered").isEqualTo(ViciMessage.EMPTY);
    }

    @Test
    void policiesAreInstalledUninstalledAndListedByKind() throws IOException {
        assertThat(ask("install", "child", "bf", "ike", "c")).isEqualTo(SUCCESS);
        assertThat(ask("uninstall", "child", "bf")).isEqualTo(SUCCESS);
        assertThat(server.control.calls).containsExactly("install c/bf", "uninstall null/bf");
        assertThat(ask("install")).containsEntry("errmsg", "missing configuration name");
        server.control.traps.add(new TrapView(1, "BFL-BFR", Samples.BLUE_FIELD.children().getFirst(), 9,
                Samples.child(2, Resource.NONE).child().sa().terms().selectors()));
        assertThat(events("list-policies", "list-policy", "trap", "yes")).hasSize(1);
        assertThat(events("list-policies", "list-policy", "pass", "yes", "drop", "yes")).isEmpty();
        assertThat(events("list-policies", "list-policy", "trap", "yes", "child", "x")).isEmpty();
    }

    private static List<List<String>> children(List<ViciMessage> sas) {
        return sas.stream().map(sa -> sa.sections().getFirst().content().section("child-sas").orElseThrow().sections()
                .stream().map(ViciMessage.Section::name).toList()).toList();
    }

    private static ControlEvent.LogLine line(int level, String connection, String message) {
        return new ControlEvent.LogLine(Effect.Group.IKE, level, 1, connection, message, Samples.NOW);
    }

    private static ViciMessage.Builder conn(String key, String value) {
        ViciMessage psk = ViciMessage.builder().set("auth", "psk").build();
        return ViciMessage.builder().set(key, value).section("local", psk).section("remote", psk)
                .section("children", ViciMessage.builder().section("x", ViciMessage.EMPTY).build());
    }

    private Map<String, String> load(String name, ViciMessage connection) throws IOException {
        return ask("load-conn", ViciMessage.builder().section(name, connection).build());
    }

    private List<ViciMessage> events(String command, String event, String... keys) throws IOException {
        List<ViciMessage> events = new ArrayList<>();
        client.request(command, message(keys), event, events::add);
        return events;
    }

    private Map<String, String> ask(String command, String... keys) throws IOException {
        return ask(command, message(keys));
    }

    private Map<String, String> ask(String command, ViciMessage message) throws IOException {
        return values(client.request(command, message));
    }

    private static ViciMessage message(String... keys) {
        ViciMessage.Builder message = ViciMessage.builder();
        for (int i = 0; i < keys.length; i += 2) {
            message.set(keys[i], keys[i + 1]);
        }
        return message.build();
    }

    private static Map<String, String> values(ViciMessage message) {
        Map<String, String> values = new TreeMap<>();
        message.elements().forEach(element -> {
            if (element instanceof ViciMessage.Value value) {
                values.put(value.name(), value.text());
            }
        });
        return values;
    }
}
