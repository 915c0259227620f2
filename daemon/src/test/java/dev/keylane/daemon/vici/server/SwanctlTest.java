package dev.keylane.daemon.vici.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.control.ControlEvent;
import dev.keylane.daemon.control.Outcome;
import dev.keylane.daemon.control.Samples;
import dev.keylane.daemon.kernel.TrapView;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.SharedKey;
import dev.keylane.ike.sa.Effect;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An unmodified swanctl, where this machine has one, drives the control socket. */
@Timeout(120)
class SwanctlTest {
    private static final Optional<Path> SWANCTL = Stream.concat(
                    Stream.of(System.getenv().getOrDefault("PATH", "").split(":")),
                    Stream.of("/usr/sbin", "/usr/local/sbin"))
            .map(directory -> Path.of(directory, "swanctl")).filter(Files::isExecutable).findFirst();

    @TempDir
    private Path directory;
    private ServerFixture server;

    @BeforeEach
    void start() throws IOException {
        Assumptions.assumeTrue(SWANCTL.isPresent(), "no swanctl on this machine (Debian: strongswan-swanctl)");
        server = new ServerFixture(directory);
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private record Run(int exit, String output) {
    }

    @Test
    void loadAllLoadsReloadsAndUnloads() throws Exception {
        configure(Files.readString(Samples.FILE));
        Run first = swanctl("--load-all", "--noprompt");
        assertThat(first.output()).contains("loaded ike secret 'ike-BF'", "loaded connection 'BFL-BFR'",
                "successfully loaded 1 connections, 0 unloaded");
        assertThat(first.exit()).isZero();
        var book = server.control.book().toCompletableFuture().join();
        assertThat(book.connections()).containsExactly(Samples.BLUE_FIELD);
        assertThat(book.sharedKeys()).extracting(SharedKey::id).containsExactly("ike-BF");
        assertThat(book.sharedKeys().getFirst().owners()).hasSize(2);

        assertThat(swanctl("--load-all", "--noprompt").output())
                .contains("successfully loaded 1 connections, 0 unloaded");
        assertThat(server.control.calls).contains("updated vici connection: BFL-BFR");

        configure("connections { }\nsecrets { }\n");
        Run emptied = swanctl("--load-all", "--noprompt");
        assertThat(emptied.exit()).isZero();
        assertThat(emptied.output()).contains("no connections found, 1 unloaded");
        assertThat(server.control.book().toCompletableFuture().join().connections()).isEmpty();
        assertThat(server.control.book().toCompletableFuture().join().sharedKeys()).isEmpty();
    }

    @Test
    void aMistakeIsShownInCharonsWords() throws Exception {
        configure("connections { good { local { auth = psk }\nremote { auth = psk } }\n"
                + "bad { bogus = 1\nlocal { auth = psk }\nremote { auth = psk } } }\n");
        Run run = swanctl("--load-conns");
        assertThat(run.exit()).isNotZero();
        assertThat(run.output()).contains("loading connection 'bad' failed: unknown option: bogus, config discarded",
                "loaded 1 of 2 connections, 1 failed to load, 0 unloaded");
    }

    @Test
    void listsSas() throws Exception {
        server.control.sas.add(Samples.ike(1, Samples.child(2, Resource.FALLBACK), Samples.child(3, Resource.cpu(5))));
        server.control.sas.add(Samples.ike(4));
        String text = swanctl("--list-sas").output();
        assertThat(text).contains("BFL-BFR: #1, ESTABLISHED, IKEv2, 0123456789abcdef_i* ffffffffffffffff_r",
                "  local  'host1' @ 192.168.50.1[500]", "  remote 'host2' @ 192.168.50.2[500]",
                "  AES_CBC-128/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/CURVE_25519",
                "  established 60s ago, rekeying in 13000s",
                "  bf: #2, reqid 1, ", "INSTALLED, TRANSPORT, ESP:AES_GCM_16-128/ESN",
                "    in  c0000003,    300 bytes,     3 packets,     3s ago",
                "    local  3.3.3.2/32[udp/4789]", "BFL-BFR: #4, ESTABLISHED");
        assertThat(swanctl("--list-sas", "--raw").output()).contains("list-sa event {BFL-BFR {uniqueid=1 version=2 "
                + "state=ESTABLISHED local-host=192.168.50.1 local-port=500 local-id=host1 remote-host=192.168.50.2 "
                + "remote-port=500 remote-id=host2 initiator=yes ", "per-cpu-sas=yes cpu=5 encr-alg=AES_GCM_16");
    }

    @Test
    void initiatesAndTerminates() throws Exception {
        server.control.loadConnection(Samples.BLUE_FIELD);
        server.control.onInitiate = request -> {
            server.control.publish(new ControlEvent.LogLine(Effect.Group.IKE, 1, 1, "BFL-BFR",
                    "initiating IKE_SA BFL-BFR[1] to 192.168.50.2", Samples.NOW));
            return CompletableFuture.completedStage(
                    request.timeout().millis() == 7_000 ? Outcome.DONE : Outcome.Failed.notEstablished(request));
        };
        Run up = swanctl("--initiate", "--child", "bf", "--timeout", "7");
        assertThat(up.output()).contains("[IKE] initiating IKE_SA BFL-BFR[1] to 192.168.50.2",
                "initiate completed successfully");
        assertThat(up.exit()).isZero();
        Run failed = swanctl("--initiate", "--child", "bf");
        assertThat(failed.output()).contains("initiate failed: establishing CHILD_SA 'bf' failed");
        assertThat(failed.exit()).isNotZero();

        server.control.sas.add(Samples.ike(1));
        assertThat(swanctl("--terminate", "--ike", "BFL-BFR").output()).contains("terminate completed successfully");
        assertThat(swanctl("--terminate", "--ike", "x").output())
                .contains("terminate failed: no matching SAs to terminate found");
    }

    @Test
    void asksTheSmallThings() throws Exception {
        server.control.loadConnection(Samples.BLUE_FIELD);
        server.control.traps.add(new TrapView(1, "BFL-BFR", Samples.BLUE_FIELD.children().getFirst(), 9,
                Samples.child(2, Resource.NONE).child().sa().terms().selectors()));
        assertThat(swanctl("--version", "--daemon").output()).contains("1.2.3 keylane (Linux, ");
        assertThat(swanctl("--stats").output()).contains("uptime: 2 hours, since ", "IKE_SAs: 0 total, 0 half-open");
        assertThat(swanctl("--list-conns").output()).contains("BFL-BFR: IKEv2", "local:  192.168.50.1",
                "remote: 192.168.50.2", "local pre-shared key authentication:", "id: host1", "bf: TRANSPORT");
        assertThat(swanctl("--list-pols").output()).contains("BFL-BFR/bf, ", "TRANSPORT");
        assertThat(swanctl("--list-certs").exit()).isZero();
        assertThat(swanctl("--list-pools").exit()).isZero();
        assertThat(swanctl("--list-authorities").exit()).isZero();
        assertThat(swanctl("--flush-certs").exit()).isZero();
        assertThat(swanctl("--install", "--child", "bf").output()).contains("install completed successfully");
        assertThat(swanctl("--uninstall", "--child", "bf").output()).contains("uninstall completed successfully");
    }

    private void configure(String text) throws IOException {
        Files.writeString(directory.resolve("swanctl.conf"), text);
    }

    private Run swanctl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(SWANCTL.orElseThrow().toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--uri", "unix://" + server.path));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("SWANCTL_DIR", directory.toString());
        Process process = builder.start();
        // A swanctl without its plugins works, and complains.
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
                .filter(line -> !line.startsWith("plugin '")).collect(Collectors.joining("\n"));
        return new Run(process.waitFor(), output);
    }
}
