package dev.keylane.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keylane.daemon.control.DaemonStats;
import dev.keylane.daemon.control.DaemonStats.Population.Kind;
import dev.keylane.daemon.control.FakeControl;
import dev.keylane.daemon.control.Samples;
import dev.keylane.daemon.control.SteeringCount;
import dev.keylane.daemon.metrics.Sampler;
import dev.keylane.daemon.offload.OffloadCounts;
import dev.keylane.daemon.traffic.KernelReader;
import dev.keylane.daemon.traffic.SaTotals;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.sa.ChildSaView;
import dev.keylane.ike.sa.DropReason;
import dev.keylane.ike.sa.HandshakeResult;
import dev.keylane.ike.sa.IkeSaView;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StatusServerTest {
    private final FakeControl control = new FakeControl();
    private final AtomicLong seconds = new AtomicLong();
    private final HttpClient client = HttpClient.newHttpClient();
    /** Each sample is a second after the one before. */
    private final InstantSource clock = () -> Samples.NOW.plusSeconds(seconds.incrementAndGet());
    private volatile KernelReader.Reading reading = new KernelReader.Reading(List.of(), Map.of("XfrmInNoStates", 3L));
    private InetSocketAddress address;
    private StatusServer server;

    @BeforeEach
    void serve() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            address = new InetSocketAddress("127.0.0.1", free.getLocalPort());
        }
        server = serve(HttpOptions.at(address));
        control.onStats = () -> CompletableFuture.completedStage(stats(1));
    }

    private StatusServer serve(HttpOptions options) throws IOException {
        return StatusServer.listen(CheckedHttp.of(options), control, new Sampler(control, () -> reading, new SaTotals(), clock), "1.2.3");
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private static DaemonStats stats(long ikeSas) {
        return stats(ikeSas, 70);
    }

    private static DaemonStats stats(long ikeSas, long steered) {
        return new DaemonStats(Instant.ofEpochSecond(1_900_000_000), (int) ikeSas, DaemonStats.Strangers.NONE, 1, 0, "software",
                new DaemonStats.Counts(Map.of(HandshakeResult.ESTABLISHED, 3L), Map.of(), Map.of(DropReason.MALFORMED,
                        5L), 7, 2),
                new DaemonStats.Population(Map.of(IkeSaView.State.ESTABLISHED, ikeSas), Map.of(
                        new Kind(ChildSaView.State.INSTALLED, Resource.FALLBACK), 1L,
                        new Kind(ChildSaView.State.INSTALLED, Resource.cpu(2)), 1L)),
                List.of(new SteeringCount("eth0", "xdp", 4, OptionalInt.of(8), 1, Map.of("redirected", steered, "no-entry", 2L))), Map.of(),
                OffloadCounts.NONE, Map.of());
    }

    private HttpResponse<String> ask(String method, String path) throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address.getPort() + path))
                .method(method, HttpRequest.BodyPublishers.noBody()).timeout(Duration.ofSeconds(20)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void metricsAreWhatPrometheusReads() throws Exception {
        HttpResponse<String> answer = ask("GET", "/metrics");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(answer.body().lines()).allMatch(line -> line.matches("# (HELP|TYPE) [a-z_:]+ .+")
                || line.matches("[a-zA-Z_:][a-zA-Z0-9_:]*(\\{([a-z_]+=\"[^\"]*\",?)*})? -?([0-9.E+-]+|\\+Inf)"));
        assertThat(answer.body()).endsWith("\n").contains(
                "keylane_ike_sas{state=\"established\"} 1.0\n", "keylane_ike_sas{state=\"deleting\"} 0.0\n",
                "keylane_child_sas{cpu=\"any\",lane=\"\",state=\"installed\"} 1.0\n",
                "keylane_child_sas{cpu=\"2\",lane=\"\",state=\"installed\"} 1.0\n",
                "keylane_handshakes_total{result=\"established\",role=\"initiator\"} 3.0\n",
                "keylane_handshakes_total{result=\"established\",role=\"responder\"} 0.0\n",
                "keylane_dropped_datagrams_total{reason=\"malformed\"} 5.0\n", "keylane_retransmits_total 7.0\n",
                "keylane_kernel_lost_packets_total{reason=\"XfrmInNoStates\"} 3\n",
                "keylane_steering_hits_total{device=\"eth0\",strategy=\"xdp\"} 70.0\n", "keylane_steering_misses_total{device=\"eth0\",strategy=\"xdp\"} 2.0\n",
                "keylane_steering_entries{device=\"eth0\",strategy=\"xdp\"} 4.0\n",
                "keylane_steering_packets_total{device=\"eth0\",strategy=\"xdp\",verdict=\"no-entry\"} 2.0\n", "keylane_info{kernel=\"software\",version=\"1.2.3\"} 1\n");
        for (DropReason reason : DropReason.values()) {
            assertThat(answer.body()).contains("keylane_dropped_datagrams_total{reason=\"" + reason.label() + "\"}");
        }
    }

    @Test
    void steeringIsToldAsJson() throws Exception {
        control.steering = Samples.steering();
        HttpResponse<String> answer = ask("GET", "/steering");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        JsonObject device = new JsonObject(answer.body()).getJsonArray("devices").getJsonObject(0);
        assertThat(device.getString("device")).isEqualTo("eth0");
        assertThat(device.getJsonArray("strategies").getJsonObject(1).getLong("hits")).isEqualTo(60);
        assertThat(device.getJsonArray("sas").getJsonObject(0).getString("spi")).isEqualTo("c0000001");
        JsonObject senders = new JsonObject(answer.body()).getJsonObject("senders");
        assertThat(senders.getJsonArray("devices")).containsExactly("eth0", "eth1");
        assertThat(senders.getLong("by_acquires")).isEqualTo(1);
    }

    @Test
    void packetsThatAreSteeredDoNotLayThePageOutAnew() throws Exception {
        JsonObject before = new JsonObject(ask("GET", "/status.json").body());
        control.onStats = () -> CompletableFuture.completedStage(stats(1, 1_000));
        Awaitility.await().untilAsserted(() -> {
            JsonObject after = new JsonObject(ask("GET", "/status.json").body());
            assertThat(after.getJsonArray("steering").getJsonObject(0).getLong("hits")).isEqualTo(1_000);
            assertThat(after.getString("layout")).isEqualTo(before.getString("layout"));
        });
        assertThat(ask("GET", "/").body()).contains("data-layout=\"" + before.getString("layout") + "\"",
                "<tr data-steering=\"0\"><td>eth0</td><td>xdp</td><td>4</td><td class=\"hits\">1000</td><td class=\"misses\">2</td><td>1</td></tr>");
    }

    @Test
    void aBusyDaemonIsNotWaitedFor() throws Exception {
        assertThat(ask("GET", "/metrics").body()).contains("keylane_ike_sas{state=\"established\"} 1.0\n");
        CompletableFuture<DaemonStats> busy = new CompletableFuture<>();
        int[] asked = {0};
        control.onStats = () -> {
            asked[0]++;
            return busy;
        };
        long start = System.nanoTime();
        for (int i = 0; i < 3; i++) {
            assertThat(ask("GET", "/metrics").body()).contains("keylane_ike_sas{state=\"established\"} 1.0\n");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
        assertThat(asked[0]).isEqualTo(1);
        HttpResponse<String> health = ask("GET", "/healthz");
        assertThat(health.statusCode()).isEqualTo(503);
        assertThat(health.body()).isEqualTo("not answering\n");
        busy.complete(stats(9));
        control.onStats = () -> CompletableFuture.completedStage(stats(9));
        assertThat(ask("GET", "/metrics").body()).contains("keylane_ike_sas{state=\"established\"} 9.0\n");
        assertThat(ask("GET", "/healthz").body()).isEqualTo("ok\n");
    }

    @Test
    void aFailingDaemonLeavesTheLastNumbers() throws Exception {
        ask("GET", "/metrics");
        control.onStats = () -> CompletableFuture.failedStage(new IllegalStateException("stopped"));
        assertThat(ask("GET", "/metrics").body()).contains("keylane_ike_sas{state=\"established\"} 1.0\n");
        assertThat(ask("GET", "/healthz").statusCode()).isEqualTo(503);
    }

    @Test
    void nothingElseIsServed() throws Exception {
        assertThat(ask("GET", "/etc").statusCode()).isEqualTo(404);
        assertThat(ask("GET", "/metrics/../etc").statusCode()).isEqualTo(404);
        assertThat(ask("POST", "/metrics").statusCode()).isEqualTo(405);
        assertThat(ask("DELETE", "/healthz").statusCode()).isEqualTo(405);
        assertThat(ask("GET", "/etc").body()).startsWith("there is no such page").doesNotContain("<");
    }

    @Test
    void namesOfAnExporterThatIsNotKnownAreRefused() throws Exception {
        HttpResponse<String> refused = ask("GET", "/metrics?compat=strongwsan");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).isEqualTo("compat is strongswan or nothing: /metrics?compat=strongswan\n");
        assertThat(ask("GET", "/metrics?compat=").statusCode()).isEqualTo(400);
        assertThat(garbled("/metrics?compat=%zz")).startsWith("HTTP/1.1 400 ").endsWith("\nthe query cannot be read: "
                + "% stands before two hexadecimal digits\n");
        assertThat(ask("GET", "/metrics?compat=strongswan").body()).contains("\nstrongswan_ike_count 0\n");
    }

    /** What the JDK's client would not send. */
    private String garbled(String target) throws IOException {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(("GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void aPortInUseIsASentence() {
        assertThatThrownBy(() -> serve(HttpOptions.at(address))).isInstanceOf(IOException.class)
                .hasMessageStartingWith("cannot serve HTTP on 127.0.0.1:" + address.getPort() + ": ").hasMessageContaining("already in use");
    }
}
