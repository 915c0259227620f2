package dev.keylane.daemon.vici.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.config.ConnectionReader;
import dev.keylane.daemon.control.Counter;
import dev.keylane.daemon.control.FakeControl;
import dev.keylane.daemon.control.Samples;
import dev.keylane.daemon.vici.ViciMessage;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands that have little behind them here, asked without a socket. */
class OtherCommandsTest {
    private final FakeControl control = new FakeControl();
    private final CommandTable commands = new CommandTable(control, new ConnectionReader(_ -> List.of(), 32), 500, "1.2.3",
            InstantSource.fixed(Samples.NOW));

    @Test
    void charonsCommandsAreAllKnown() {
        assertThat(Stream.of(CHARONS.split(" ")).filter(name -> commands.find(name).isEmpty())).isEmpty();
        assertThat(CHARONS.split(" ")).hasSize(36);
        assertThat(commands.find("get-rich")).isEmpty();
    }

    private static final String CHARONS = "version stats reload-settings initiate terminate rekey redirect install uninstall "
            + "list-sas list-policies list-conns get-conns list-certs list-authorities get-authorities load-conn unload-conn "
            + "load-cert load-key unload-key get-keys load-token load-shared unload-shared get-shared flush-certs clear-creds "
            + "load-authority unload-authority load-pool unload-pool get-pools get-algorithms get-counters reset-counters";

    @Test
    void countersAreOfOneConnectionOfAllOrInTotal() {
        control.counters.put("", Map.of(Counter.CHILD_REKEY, 7L));
        control.counters.put("net", Map.of(Counter.CHILD_REKEY, 3L, Counter.INFO_OUT_RESP, 9L));
        ViciMessage net = ask("get-counters", "name", "net").section("counters").orElseThrow().section("net").orElseThrow();
        assertThat(net.elements()).extracting(ViciMessage.Element::name).startsWith("ike-rekey-init", "ike-rekey-resp",
                "child-rekey", "invalid", "invalid-spi", "ike-init-in-req", "ike-init-in-resp", "ike-init-out-req")
                .endsWith("info-out-resp").hasSize(21);
        assertThat(net.text("child-rekey")).contains("3");
        assertThat(net.text("info-out-resp")).contains("9");
        assertThat(names(ask("get-counters"))).containsExactly("");
        assertThat(names(ask("get-counters", "all", "yes"))).containsExactly("net");
        assertThat(ask("get-counters", "name", "x").text("errmsg")).contains("no counters found for this connection");
        assertThat(ask("reset-counters", "name", "net").text("success")).contains("yes");
        assertThat(control.counters).containsOnlyKeys("");
        ask("reset-counters", "all", "yes");
        assertThat(control.counters).isEmpty();
    }

    private static List<String> names(ViciMessage answer) {
        assertThat(answer.text("success")).contains("yes");
        return answer.section("counters").orElseThrow().sections().stream().map(ViciMessage.Section::name).toList();
    }

    @Test
    void algorithmsAreThoseThatCanBeProposed() {
        ViciMessage all = ask("get-algorithms");
        assertThat(all.sections()).extracting(ViciMessage.Section::name).containsExactly("encryption", "integrity", "aead",
                "hasher", "prf", "xof", "kdf", "drbg", "ke", "rng", "nonce-gen");
        assertThat(all.section("aead").orElseThrow().text("AES_GCM_16")).contains("jca");
        assertThat(all.section("encryption").orElseThrow().text("AES_GCM_16")).isEmpty();
        assertThat(all.section("ke").orElseThrow().text("CURVE_25519")).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"ike, BFL-BFR, '', missing target gateway", "ike, BFL-BFR, CN=x, unsupported gateway identity",
        "none, x, 192.0.2.9, missing redirect selector", "peer-ip, nonsense, 192.0.2.9, invalid peer IP selector",
        "peer-ip, 10.0.0.0/77, 192.0.2.9, invalid peer IP selector", "peer-ip, 10.0.0.0/8, gw.example, no matching SAs to redirect found",
        "peer-ip, 192.168.50.2-192.168.50.9, 192.0.2.9, redirecting is not supported by keylane",
        "peer-id, host2, 192.0.2.9, redirecting is not supported by keylane", "peer-id, x, 192.0.2.9, no matching SAs to redirect found",
        "ike, BFL-BFR, 192.0.2.9, redirecting is not supported by keylane"})
    void nobodyIsRedirected(String key, String value, String gateway, String errmsg) {
        control.sas.add(Samples.ike(1));
        ViciMessage answer = ask("redirect", key, value, "gateway", gateway);
        assertThat(answer.text("success")).contains("no");
        assertThat(answer.text("errmsg")).contains(errmsg);
    }

    @ParameterizedTest
    @CsvSource({"load-cert, none, '', certificate type missing", "load-cert, type, bogus, invalid certificate type 'bogus'",
        "load-cert, type, X509, certificates are not supported by keylane", "load-key, none, '', key type missing",
        "load-key, type, bogus, invalid key type: bogus", "load-key, type, any, private keys are not supported by keylane",
        "load-token, none, '', keyid missing", "load-token, handle, 01, private keys on tokens are not supported by keylane",
        "unload-key, none, '', key id missing", "unload-key, id, 00, key not found",
        "unload-authority, name, ca, unload: authority 'ca' not found", "unload-pool, name, p, p not found",
        "unload-pool, none, '', missing pool name to unload", "flush-certs, type, bogus, invalid certificate type 'bogus'"})
    void credentialsThatCannotBeAreRefusedInCharonsWords(String command, String key, String value, String errmsg) {
        ViciMessage answer = ask(command, key, value);
        assertThat(answer.text("success")).contains("no");
        assertThat(answer.text("errmsg")).contains(errmsg);
    }

    @Test
    void poolsAndAuthoritiesAreRefusedByName() {
        ViciMessage pool = ViciMessage.builder().section("vpn", ViciMessage.builder().set("addrs", "10.9.0.0/24").build()).build();
        assertThat(run("load-pool", pool).text("errmsg")).contains("virtual IP pools are not supported by keylane: vpn");
        assertThat(run("load-authority", pool).text("errmsg")).contains("certification authorities are not supported by keylane: vpn");
        assertThat(run("load-pool", ViciMessage.EMPTY).text("success")).contains("yes");
    }

    @Test
    void theLogSaysWhatWasAskedWithoutWhatCannotBePrinted() {
        control.loadConnection(Samples.BLUE_FIELD);
        ask("initiate", "child", "bf\nfaked line");
        ask("terminate", "ike", "x", "child-id", "7");
        ask("rekey", "child", "bf");
        ask("install", "child", "bf");
        assertThat(control.notes).containsExactly("vici initiate CHILD_SA 'bf?faked line'", "vici terminate CHILD_SA #7",
                "vici terminate IKE_SA 'x'", "vici rekey CHILD_SA 'bf'", "vici install 'bf'");
    }

    private ViciMessage ask(String command, String... keys) {
        ViciMessage.Builder request = ViciMessage.builder();
        for (int i = 0; i < keys.length; i += 2) {
            request.set(keys[i], keys[i + 1]);
        }
        return run(command, request.build());
    }

    private ViciMessage run(String command, ViciMessage request) {
        return commands.find(command).orElseThrow().run(request, (_, _) -> { }).toCompletableFuture().join().response();
    }
}
