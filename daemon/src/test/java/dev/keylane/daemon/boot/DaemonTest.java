package dev.keylane.daemon.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keylane.daemon.config.Configuration;
import dev.keylane.daemon.config.Loaded;
import dev.keylane.daemon.control.InitiateRequest;
import dev.keylane.daemon.control.Outcome;
import dev.keylane.daemon.control.SaSelector;
import dev.keylane.daemon.control.SteeringSnapshot;
import dev.keylane.daemon.control.TerminateRequest;
import dev.keylane.daemon.http.HttpOptions;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.PolicyBook;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
class DaemonTest {
    @TempDir
    Path directory;

    private static Daemon start(String side, EndpointSettings ports, Optional<Path> control) throws IOException {
        return Daemon.start(Fixture.options(ports, control), Fixture.place(), Fixture.book(side), 32);
    }

    private static void establish(Daemon left) throws Exception {
        assertThat(left.control().initiate(new InitiateRequest("bf", null,
                new dev.keylane.daemon.control.Timeout(20_000))).toCompletableFuture().get(30, TimeUnit.SECONDS))
                .isEqualTo(Outcome.DONE);
    }

    private static int ikeSas(Daemon daemon) throws Exception {
        return daemon.control().stats().toCompletableFuture().get(10, TimeUnit.SECONDS).ikeSas();
    }

    private static Duration timed(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream().filter(Thread::isAlive)
                .filter(thread -> !thread.getName().matches("(globalEventExecutor|ForkJoinPool|Common-Cleaner|"
                        + "process reaper|awaitility|vertx-blocked|ObjectCleanerThread|Cleaner-|HttpClient).*"))
                .collect(Collectors.toSet());
    }

    @Test
    void whatTheSoftwareKernelCannotSteerIsSaidAndItsAcquiresAreNoTrouble() throws Exception {
        EndpointSettings ports = Fixture.freePorts();
        try (Daemon left = start("left", ports, Optional.empty()); Daemon right = start("right", ports, Optional.empty())) {
            establish(left);
            SteeringSnapshot steering = left.control().steering().toCompletableFuture().get(10, TimeUnit.SECONDS);
            assertThat(steering.problem()).contains("software kernel");
            assertThat(steering.senders()).isEqualTo(new SteeringSnapshot.Senders(List.of(), "", 0, 0, 1));
            assertThat(ikeSas(right)).isEqualTo(1);
        }
    }

    @Test
    void startsAndStopsAgainAndAgainWithoutATrace() throws Exception {
        EndpointSettings ports = Fixture.freePorts();
        Path control = directory.resolve("left.vici");
        try (ServerSocket free = new ServerSocket(0)) {
            free.setReuseAddress(true);
        }
        start("left", ports, Optional.of(control)).close();
        Set<Thread> before = threads();
        for (int round = 0; round < 2; round++) {
            try (Daemon left = start("left", ports, Optional.of(control));
                 Daemon right = start("right", ports, Optional.empty())) {
                establish(left);
                assertThat(ikeSas(right)).isEqualTo(1);
                assertThat(control).exists();
            }
            try (var files = Files.list(directory)) {
                assertThat(files).isEmpty();
            }
        }
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(threads()).isSubsetOf(before));
    }

    @Test
    void tellsThePeerThatItStops() throws Exception {
        EndpointSettings ports = Fixture.freePorts();
        try (Daemon right = start("right", ports, Optional.empty())) {
            Daemon left = start("left", ports, Optional.empty());
            establish(left);
            assertThat(timed(left::close)).isLessThan(Duration.ofSeconds(3));
            assertThat(ikeSas(right)).isZero();
            left.close();
        }
    }

    @Test
    void anUnloadedConnectionsSasCanStillBeClosed() throws Exception {
        EndpointSettings ports = Fixture.freePorts();
        try (Daemon right = start("right", ports, Optional.empty()); Daemon left = start("left", ports, Optional.empty())) {
            establish(left);
            left.control().unloadConnection("left-right").toCompletableFuture().get(10, TimeUnit.SECONDS);
            var request = new TerminateRequest(SaSelector.ikeSa(1), false, new dev.keylane.daemon.control.Timeout(10_000));
            assertThat(left.control().terminate(request).toCompletableFuture().get(20, TimeUnit.SECONDS).failure()).isNull();
            assertThat(ikeSas(right)).isZero();
        }
    }

    @Test
    void doesNotWaitLongForAPeerThatIsGone() throws Exception {
        EndpointSettings ports = Fixture.freePorts();
        StuckPlace rights = new StuckPlace();
        Daemon right = Daemon.start(Fixture.options(ports, Optional.empty()), rights, Fixture.book("right"), 32);
        Daemon left = start("left", ports, Optional.empty());
        establish(left);
        rights.stick(right);
        Duration took = timed(left::close);
        assertThat(took).isBetween(Duration.ofMillis(2900), Duration.ofSeconds(10));
        rights.release();
        right.close();
    }

    @Test
    void doesNotWaitForALoopThatIsStuck() throws Exception {
        EndpointSettings ports = Fixture.freePorts();
        StuckPlace place = new StuckPlace();
        Daemon right = start("right", ports, Optional.empty());
        Daemon left = Daemon.start(Fixture.options(ports, Optional.empty()), place, Fixture.book("left"), 32);
        establish(left);
        place.stick(left);
        assertThat(timed(left::close)).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(14));
        place.release();
        right.close();
    }

    @Test
    void aTakenPortIsASentenceAndLeavesNothing() throws Exception {
        EndpointSettings ports = Fixture.freePorts();
        Set<Thread> before = threads();
        Path control = directory.resolve("left.vici");
        try (DatagramSocket taken = new DatagramSocket(new InetSocketAddress("127.0.0.1", ports.natPort()))) {
            assertThatThrownBy(() -> start("left", ports, Optional.of(control))).isInstanceOf(IOException.class)
                    .hasMessage("cannot listen on 127.0.0.1[" + taken.getLocalPort() + "]: somebody else listens there");
        }
        assertThat(control).doesNotExist();
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(threads()).isSubsetOf(before));
        start("left", ports, Optional.of(control)).close();
    }

    @Test
    void aNameThatHasNoAddressKeepsNobodyElseWaiting() throws Exception {
        EndpointSettings ports = Fixture.freePorts();
        Path file = Files.writeString(directory.resolve("named.conf"), Files.readString(Path.of("../examples/demo/left.conf"))
                .replaceFirst("connections \\{", """
                        connections {
                          lost { remote_addrs = gw.example.invalid
                            local_addrs = 127.0.0.1
                            local { auth = psk }
                            remote { auth = psk }
                            children { net { start_action = trap|start } }
                          }"""));
        Loaded loaded = Configuration.load(List.of(file));
        assertThat(loaded.mistakes()).isEmpty();
        try (Daemon right = start("right", ports, Optional.empty());
             Daemon left = Daemon.start(Fixture.options(ports, Optional.empty()), Fixture.place(), loaded.book(), 32)) {
            establish(left);
            assertThat(ikeSas(right)).isEqualTo(1);
            assertThat(left.control().initiate(new InitiateRequest("net", "lost", new dev.keylane.daemon.control.Timeout(20_000)))
                    .toCompletableFuture().get(30, TimeUnit.SECONDS))
                    .isEqualTo(new Outcome.Failed("unable to resolve gw.example.invalid, initiate aborted"));
        }
    }

    /** A connection that starts by itself. */
    private PolicyBook starting() throws IOException {
        Path file = Files.writeString(directory.resolve("starting.conf"), Files.readString(Path.of("../examples/demo/left.conf"))
                .replace("start_action = trap", "start_action = trap|start"));
        Loaded loaded = Configuration.load(List.of(file));
        assertThat(loaded.isGood()).as(loaded.mistakes().toString()).isTrue();
        return loaded.book();
    }

    private static void hearsNothing(DatagramSocket peer) throws IOException {
        peer.setSoTimeout(300);
        assertThatThrownBy(() -> peer.receive(new DatagramPacket(new byte[4096], 4096)))
                .isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void withAPortThatIsTakenNobodyIsAskedForAnything() throws Exception {
        EndpointSettings ports = Fixture.freePorts();
        PolicyBook book = starting();
        String peer = book.connections().getFirst().endpoints().firstRemote().orElseThrow().toString();
        try (DatagramSocket right = new DatagramSocket(new InetSocketAddress(peer, ports.port()));
             DatagramSocket _ = new DatagramSocket(new InetSocketAddress("127.0.0.1", ports.natPort()))) {
            assertThatThrownBy(() -> Daemon.start(Fixture.options(ports, Optional.empty()), Fixture.place(), book, 32))
                    .hasMessageContaining("somebody else listens there");
            hearsNothing(right);
        }
    }

    @Test
    void optionsOfHttpAreLookedAtBeforeAnythingIsDone() throws Exception {
        EndpointSettings ports = Fixture.freePorts();
        PolicyBook book = starting();
        String peer = book.connections().getFirst().endpoints().firstRemote().orElseThrow().toString();
        Path control = directory.resolve("early.vici");
        List<String> done = new CopyOnWriteArrayList<>();
        KernelPlace place = new PlaceAround(Fixture.place()) {
            @Override
            void beforeRequest() {
                done.add("the kernel was asked");
            }
        };
        try (DatagramSocket right = new DatagramSocket(new InetSocketAddress(peer, ports.port()));
             ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress inUse = new InetSocketAddress("127.0.0.1", taken.getLocalPort());
            InetSocketAddress free = new InetSocketAddress("127.0.0.1", Fixture.freePorts().port());
            Map<HttpOptions, String> bad = Map.of(HttpOptions.at(inUse), "already in use",
                    HttpOptions.at(new InetSocketAddress("0.0.0.0", free.getPort())), "which is not a loopback address",
                    new HttpOptions(free, Optional.empty(), Optional.of(directory.resolve("none")), false), "no such file");
            for (Map.Entry<HttpOptions, String> each : bad.entrySet()) {
                DaemonOptions options = new DaemonOptions("test", ports, List.of(), Optional.of(control), Optional.of(each.getKey()));
                assertThatThrownBy(() -> Daemon.start(options, place, book, 32)).isInstanceOf(IOException.class)
                        .hasMessageContaining(each.getValue());
            }
            hearsNothing(right);
        }
        assertThat(done).isEmpty();
        assertThat(control).doesNotExist();
    }

    @Test
    void anAddressAskedForMustBeThereAndOneOfAConnectionMayCome() throws Exception {
        EndpointSettings ports = Fixture.freePorts();
        assertThatThrownBy(() -> Daemon.start(Fixture.listening(ports, "192.0.2.77"), Fixture.place(), PolicyBook.EMPTY,
                32)).isInstanceOf(IOException.class).hasMessageContaining("no interface has this address");
        Daemon.start(Fixture.listening(ports, "127.0.0.9"), Fixture.place(), PolicyBook.EMPTY, 32).close();
    }

    @Test
    void twoDaemonsDoNotShareAControlSocket() throws Exception {
        Path control = directory.resolve("one.vici");
        try (Daemon first = start("left", Fixture.freePorts(), Optional.of(control))) {
            assertThatThrownBy(() -> start("right", Fixture.freePorts(), Optional.of(control)))
                    .isInstanceOf(IOException.class).hasMessage("another daemon answers on the control socket " + control);
            assertThat(ikeSas(first)).isZero();
            assertThat(control).exists();
        }
        assertThat(List.of(control)).noneMatch(Files::exists);
    }

    /** A kernel that does not return from a request once it is told so. */
    private static final class StuckPlace extends PlaceAround {
        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);
        private volatile boolean stuck;

        StuckPlace() {
            super(Fixture.place());
        }

        /** Makes the daemon ask something of the kernel, and returns when its loop hangs in that. */
        void stick(Daemon daemon) throws InterruptedException {
            stuck = true;
            daemon.control().sas();
            assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
        }

        void release() {
            stuck = false;
            released.countDown();
        }

        @Override
        void beforeRequest() {
            if (stuck) {
                entered.countDown();
                try {
                    released.await();
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
