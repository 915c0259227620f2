package dev.keylane.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.interop.lab.Lab;
import dev.keylane.interop.tools.InTools;
import dev.keylane.interop.tools.Tools;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients as distributions ship them, unmodified: swanctl 5.9 and python-vici, on the host, with software kernels. */
@InTools
@Timeout(300)
class RealClients_ToolsTest {
    @TempDir
    private static Path directory;
    private static final List<Process> DAEMONS = new ArrayList<>();
    private static int http;

    @BeforeAll
    static void start() throws IOException {
        int port;
        int natPort;
        try (DatagramSocket one = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0));
             DatagramSocket two = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0));
             ServerSocket three = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = one.getLocalPort();
            natPort = two.getLocalPort();
            http = three.getLocalPort();
        }
        for (String host : List.of("left", "right")) {
            Path conf = directory.resolve(host + ".conf");
            Files.writeString(conf, Files.readString(Lab.repository().resolve("examples/demo/" + host + ".conf"))
                    .replace("start_action = trap", "start_action = none").replace("reauth_time = 0", "rekey_time = 4h")
                    .replace("mode = transport", "mode = transport\n rekey_bytes = 1000000000"));
            ProcessBuilder builder = new ProcessBuilder(Lab.repository().resolve("keylane").toString(), "run", "--config", conf.toString(),
                    "--kernel", "software", "--tun", "none", "--control", socket(host), "--port", Integer.toString(port),
                    "--nat-port", Integer.toString(natPort));
            if (host.equals("left")) {
                builder.command().addAll(List.of("--http", "127.0.0.1:" + http));
            }
            builder.environment().put("KEYLANE_JAVA_OPTS", "-XX:TieredStopAtLevel=1");
            DAEMONS.add(builder.redirectErrorStream(true).redirectOutput(directory.resolve(host + ".log").toFile()).start());
        }
        for (String host : List.of("left", "right")) {
            Awaitility.await().atMost(Duration.ofSeconds(90)).until(() -> Files.exists(Path.of(socket(host))));
        }
    }

    @AfterAll
    static void stop() throws InterruptedException {
        for (Process daemon : DAEMONS) {
            daemon.destroy();
            if (!daemon.waitFor(20, TimeUnit.SECONDS)) {
                daemon.destroyForcibly();
            }
        }
    }

    private static String socket(String host) {
        return directory.resolve(host + ".vici").toString();
    }

    /** In one go, for entering the root takes as long as a client. */
    @Test
    void swanctl59() throws IOException {
        Path script = Files.writeString(directory.resolve("swanctl.sh"), SWANCTL.formatted(socket("left"), directory));
        Tools.Run run = Tools.run("bash", script.toString());
        assertThat(run.exit()).as(run.output()).isZero();
        assertThat(run.output()).contains("strongSwan swanctl 5.9", "keylane (Linux, ", "left-right: #",
                "INSTALLED, TRANSPORT-in-UDP, ESP:AES_GCM_16-128/ESN", "left-right: IKEv2", "left-right/bf, ", "ke:", "CURVE_25519[jca]",
                "initiate completed successfully", "terminate completed successfully", "ike-auth-out-req      : 1",
                "loaded connection 'left-right'", "all good");
    }

    /** Its requests and answers; and the torilabs exporter's, whose series are compared with those of the daemon. */
    @Test
    void pythonVici() {
        Tools.Run run = Tools.run("python3", Lab.repository().resolve("interop/tools/viciclients.py").toString(), socket("left"),
                "http://127.0.0.1:" + http + "/metrics", "left-right", "bf");
        assertThat(run.exit()).as(run.output()).isZero();
        assertThat(run.output()).contains(" series like the exporter's\n").endsWith("all good\n");
    }

    private static final String SWANCTL = """
            set -eu
            s() { swanctl "$@" --uri unix://%1$s 2>/dev/null; }
            fails() { local status=0; s "$@" >/dev/null || status=$?; [ $status != 0 ] || { echo "$* should fail"; exit 1; }; }
            swanctl --version --uri unix://%1$s 2>/dev/null | head -1
            s --version --daemon; s --stats; s --reload-settings; s --list-algs; s --flush-certs
            s --list-certs; s --list-pools; s --list-authorities
            s --load-all --file %2$s/left.conf; s --list-conns; s --list-conns --raw >/dev/null; s --list-conns --pretty >/dev/null
            s --install --child bf; s --list-pols; s --uninstall --child bf
            s --initiate --child bf --timeout 20
            s --list-sas; s --list-sas --raw; s --list-sas --pretty >/dev/null; s --list-sas --ike left-right --noblock >/dev/null
            quiet() { [ "$(s --list-sas | grep -c 'ESTABLISHED\\|INSTALLED')" = 2 ] && ! s --list-sas | grep -q 'REKEY\\|DELET'; }
            settle() { for i in $(seq 100); do ! quiet || return 0; sleep 0.2; done; s --list-sas; echo "does not settle"; exit 1; }
            s --rekey --child bf; settle
            s --rekey --ike left-right; settle
            s --counters --all; s --counters --name left-right; s --counters --reset --name left-right
            s --terminate --ike left-right --timeout 20
            fails --initiate --child nobody; fails --terminate --ike nobody; fails --rekey --ike nobody; fails --install --child nobody
            fails --uninstall --child nobody; fails --redirect --ike left-right --gateway 192.0.2.1; fails --counters --name nobody
            echo all good
            """;
}
