package dev.keylane.daemon.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.config.Configuration;
import dev.keylane.daemon.config.Loaded;
import dev.keylane.daemon.control.InitiateRequest;
import dev.keylane.daemon.control.Outcome;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.linux.NetNamespace;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two hosts, a network namespace each, with a daemon and a TUN device each: applications talk through the tunnel. */
@Timeout(90)
class TunTest {
    private static final int ECHO = 7007;

    @TempDir
    Path directory;

    @BeforeAll
    static void needsRoot() {
        Optional<String> reason = NetNamespace.unavailable();
        Assumptions.assumeTrue(reason.isEmpty(), () -> "no network namespace: " + reason.orElse(""));
        Assumptions.assumeTrue(Files.isWritable(Path.of("/dev/net/tun")), "no /dev/net/tun to write to");
        Assumptions.assumeTrue(List.of("/sbin/ip", "/usr/sbin/ip", "/bin/ip", "/usr/bin/ip").stream()
                .anyMatch(ip -> Files.isExecutable(Path.of(ip))), "no ip command");
    }

    private Daemon daemon(int own, int other) throws IOException {
        Path file = Files.writeString(directory.resolve("host" + own + ".conf"), """
                connections { net {
                  local_addrs = 192.0.2.%1$d
                  remote_addrs = 192.0.2.%2$d
                  local { auth = psk
                    id = host%1$d
                  }
                  remote { auth = psk
                    id = host%2$d
                  }
                  children { net {
                    local_ts = 10.%1$d.0.0/16
                    remote_ts = 10.%2$d.0.0/16
                    start_action = trap
                  } }
                } }
                secrets { ike { secret = tunnels
                } }
                """.formatted(own, other));
        Loaded loaded = Configuration.load(List.of(file));
        assertThat(loaded.mistakes()).isEmpty();
        return Daemon.start(Fixture.options(EndpointSettings.DEFAULT, Optional.empty()),
                new SoftwarePlace(2, new SoftwarePlace.Door.Tun("keylane%d", true)), loaded.book(), 32);
    }

    private static void setUpTun(int own, int other) {
        NetNamespace.ip("address add 10." + own + ".0.1/16 dev keylane0", "link set keylane0 mtu 1400 up",
                "route add 10." + other + ".0.0/16 dev keylane0 src 10." + own + ".0.1");
    }

    @Test
    void applicationsTalkThroughTheTunnel() {
        CountDownLatch ready = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        NetNamespace.run(() -> {
            Thread right = new Thread(() -> NetNamespace.runBeside(second -> {
                NetNamespace.ip("link add left0 type veth peer name right0", "link set right0 netns " + second,
                        "address add 192.0.2.1/24 dev left0", "link set left0 up", "link set lo up");
            }, () -> guarded(failure, () -> right(ready, done))));
            right.start();
            guarded(failure, () -> left(ready));
            done.countDown();
            joined(right);
        });
        assertThat(failure.get()).isNull();
    }

    private void right(CountDownLatch ready, CountDownLatch done) throws Exception {
        NetNamespace.ip("address add 192.0.2.2/24 dev right0", "link set right0 up", "link set lo up");
        try (Daemon _ = daemon(2, 1); DatagramSocket socket = new DatagramSocket(null)) {
            setUpTun(2, 1);
            socket.bind(new InetSocketAddress("10.2.0.1", ECHO));
            socket.setSoTimeout(500);
            ready.countDown();
            while (done.getCount() > 0) {
                DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
                try {
                    socket.receive(packet);
                    socket.send(packet);
                } catch (java.net.SocketTimeoutException nothing) {
                    continue;
                }
            }
        }
        assertThat(NetNamespace.ipOutput("link show")).doesNotContain("keylane0");
    }

    private void left(CountDownLatch ready) throws Exception {
        assertThat(ready.await(30, TimeUnit.SECONDS)).isTrue();
        try (Daemon daemon = daemon(1, 2); DatagramSocket socket = new DatagramSocket()) {
            setUpTun(1, 2);
            assertThat(daemon.control().initiate(new InitiateRequest("net", null,
                    new dev.keylane.daemon.control.Timeout(20_000))).toCompletableFuture().get(30, TimeUnit.SECONDS))
                    .isEqualTo(Outcome.DONE);
            socket.setSoTimeout(5000);
            for (int i = 0; i < 50; i++) {
                byte[] ping = ("ping " + i).getBytes(StandardCharsets.US_ASCII);
                socket.send(new DatagramPacket(ping, ping.length, new InetSocketAddress("10.2.0.1", ECHO)));
                DatagramPacket echo = new DatagramPacket(new byte[100], 100);
                socket.receive(echo);
                assertThat(new String(echo.getData(), 0, echo.getLength(), StandardCharsets.US_ASCII))
                        .isEqualTo("ping " + i);
            }
            assertThat(daemon.control().sas().toCompletableFuture().get(10, TimeUnit.SECONDS).getFirst().children())
                    .allSatisfy(child -> assertThat(child.outbound().counters().packets()).isGreaterThanOrEqualTo(50));
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private static void guarded(AtomicReference<Throwable> failure, Work work) {
        try {
            work.run();
        } catch (Exception | AssertionError failed) {
            failure.compareAndSet(null, failed);
        }
    }

    private static void joined(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
