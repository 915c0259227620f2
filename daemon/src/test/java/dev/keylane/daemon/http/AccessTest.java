package dev.keylane.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keylane.daemon.control.FakeControl;
import dev.keylane.daemon.control.Samples;
import dev.keylane.daemon.http.HttpOptions.Tls;
import dev.keylane.daemon.metrics.Sampler;
import dev.keylane.daemon.traffic.KernelReader;
import dev.keylane.daemon.traffic.SaTotals;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who may read, and what clients can do to others. */
@Timeout(90)
class AccessTest {
    private static final String SECRET = "correct-horse-battery";

    @TempDir
    Path directory;

    private final FakeControl control = new FakeControl();
    private InetSocketAddress address;

    @BeforeEach
    void findAPort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            address = new InetSocketAddress("127.0.0.1", free.getLocalPort());
        }
    }

    private StatusServer serve(HttpOptions options) throws IOException {
        return StatusServer.listen(CheckedHttp.of(options), control, new Sampler(control, () -> KernelReader.Reading.NOTHING, new SaTotals(),
                InstantSource.system()), "1.2.3");
    }

    private Path token(String content) throws IOException {
        return Files.writeString(directory.resolve("token"), content);
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address.getPort() + path))
                    .timeout(Duration.ofSeconds(20));
            if (headers.length > 0) {
                request.headers(headers);
            }
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void withoutATokenOthersAreNotServed() {
        InetSocketAddress everywhere = new InetSocketAddress("0.0.0.0", address.getPort());
        assertThatThrownBy(() -> serve(HttpOptions.at(everywhere))).isInstanceOf(IOException.class)
                .hasMessage("will not serve HTTP on 0.0.0.0:" + address.getPort() + ", which is not a loopback address, to whoever "
                        + "asks: give a token (--http-token FILE), or say --http-open");
        assertThatThrownBy(() -> serve(HttpOptions.at(new InetSocketAddress("nowhere.invalid", 80))))
                .isInstanceOf(IOException.class).hasMessageContaining("no such host");
    }

    @Test
    void openServesEverybody() throws Exception {
        InetSocketAddress everywhere = new InetSocketAddress("0.0.0.0", address.getPort());
        try (StatusServer _ = serve(new HttpOptions(everywhere, Optional.empty(), Optional.empty(), true))) {
            assertThat(get("/metrics").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aTokenIsAskedForAndComparedWhole() throws Exception {
        InetSocketAddress everywhere = new InetSocketAddress("0.0.0.0", address.getPort());
        try (StatusServer _ = serve(new HttpOptions(everywhere, Optional.empty(), Optional.of(token(SECRET + "\n")), false))) {
            HttpResponse<String> refused = get("/metrics");
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.headers().firstValue("WWW-Authenticate")).hasValueSatisfying(challenge ->
                    assertThat(challenge).contains("Bearer", "Basic"));
            assertThat(refused.body()).isEqualTo("a token is needed\n");
            assertThat(get("/", "Authorization", "Bearer " + SECRET.substring(1)).statusCode()).isEqualTo(401);
            assertThat(get("/status.json", "Authorization", "Bearer").statusCode()).isEqualTo(401);
            assertThat(get("/readyz", "Authorization", "Basic !!!").statusCode()).isEqualTo(401);
            assertThat(get("/metrics", "Authorization", "Bearer " + SECRET).statusCode()).isEqualTo(200);
            String password = Base64.getEncoder().encodeToString(("admin:" + SECRET).getBytes(StandardCharsets.UTF_8));
            assertThat(get("/", "Authorization", "Basic " + password).statusCode()).isEqualTo(200);
            assertThat(get("/healthz").statusCode()).as("says nothing but that it lives").isEqualTo(200);
        }
    }

    @Test
    void aTokenThatIsNoneIsASentence() throws Exception {
        assertThatThrownBy(() -> serve(new HttpOptions(address, Optional.empty(), Optional.of(token("short")), false)))
                .isInstanceOf(IOException.class).hasMessageContaining("has to be 16 characters or more");
        assertThatThrownBy(() -> serve(new HttpOptions(address, Optional.empty(), Optional.of(directory.resolve("none")), false)))
                .isInstanceOf(IOException.class).hasMessage("cannot read the HTTP token " + directory.resolve("none") + ": no such file");
        assertThatThrownBy(() -> serve(new HttpOptions(address, Optional.empty(), Optional.of(directory), false)))
                .isInstanceOf(IOException.class).hasMessage("cannot read the HTTP token " + directory + ": Is a directory");
        Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThatThrownBy(() -> serve(new HttpOptions(address, Optional.empty(), Optional.of(directory.resolve("binary")), false)))
                .isInstanceOf(IOException.class).hasMessageEndingWith("binary: it is no text");
    }

    @Test
    void tlsWithACertificateAndItsKey() throws Exception {
        Tls tls = certificate();
        try (StatusServer _ = serve(new HttpOptions(address, Optional.of(tls), Optional.empty(), false));
             HttpClient client = HttpClient.newBuilder().sslContext(trusting(tls.certificate())).build()) {
            HttpResponse<String> answer = client.send(HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + address.getPort()
                    + "/healthz")).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.body()).isEqualTo("ok\n");
            assertThat(answer.sslSession()).isPresent();
        }
        Tls directories = new Tls(directory, tls.key());
        assertThatThrownBy(() -> serve(new HttpOptions(address, Optional.of(directories), Optional.empty(), false)))
                .isInstanceOf(IOException.class).hasMessage("cannot read the HTTP certificate " + directory + ": it is a directory");
        Tls missing = new Tls(directory.resolve("none.pem"), tls.key());
        assertThatThrownBy(() -> serve(new HttpOptions(address, Optional.of(missing), Optional.empty(), false)))
                .isInstanceOf(IOException.class).hasMessage("cannot read the HTTP certificate " + directory.resolve("none.pem") + ": no such file");
    }

    /** As a certificate's names stand in front of it where somebody has had it printed. */
    @Test
    void whatStandsBeforeACertificateIsInAnyEncoding() throws Exception {
        Tls tls = certificate();
        String plain = Files.readString(tls.certificate());
        Files.writeString(tls.certificate(), "subject=/O=M\u00fcller\n" + plain, StandardCharsets.ISO_8859_1);
        try (StatusServer _ = serve(new HttpOptions(address, Optional.of(tls), Optional.empty(), false));
             HttpClient client = HttpClient.newBuilder().sslContext(trusting(pemOf(plain))).build()) {
            assertThat(client.send(HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + address.getPort() + "/healthz")).build(),
                    HttpResponse.BodyHandlers.ofString()).body()).isEqualTo("ok\n");
        }
    }

    private Path pemOf(String text) throws IOException {
        return Files.writeString(directory.resolve("plain.pem"), text);
    }

    private Tls certificate() throws Exception {
        Path store = directory.resolve("store.p12");
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair",
                "-alias", "here", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=127.0.0.1", "-ext", "SAN=ip:127.0.0.1",
                "-validity", "30", "-storetype", "PKCS12", "-storepass", "changeit", "-keystore", store.toString())
                .redirectErrorStream(true).start();
        assertThat(keytool.waitFor()).as(new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isZero();
        KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
        return new Tls(pem("cert.pem", "CERTIFICATE", keys.getCertificate("here").getEncoded()),
                pem("key.pem", "PRIVATE KEY", keys.getKey("here", "changeit".toCharArray()).getEncoded()));
    }

    private Path pem(String name, String type, byte[] der) throws IOException {
        return Files.writeString(directory.resolve(name), "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der) + "\n-----END " + type
                + "-----\n");
    }

    private static SSLContext trusting(Path certificate) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (var in = Files.newInputStream(certificate)) {
            trusted.setCertificateEntry("here", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    @Test
    void readyWhenNothingIsMissing() throws Exception {
        try (StatusServer _ = serve(HttpOptions.at(address))) {
            assertThat(get("/readyz").body()).isEqualTo("ready\n");
            control.missing = List.of("cannot listen on 192.0.2.1[500]: no interface has this address");
            await().atMost(Duration.ofSeconds(20)).until(() -> get("/readyz").statusCode() == 503);
            assertThat(get("/readyz").body()).isEqualTo("cannot listen on 192.0.2.1[500]: no interface has this address\n");
            assertThat(get("/readyz", "Accept", "application/json").body()).contains("\"ready\" : false", "192.0.2.1");
        }
    }

    @Test
    void aKernelThatDoesNotTellIsMissing() throws Exception {
        KernelReader deaf = () -> {
            throw new IOException("XFRM_MSG_GETSA: EPERM");
        };
        try (StatusServer _ = StatusServer.listen(CheckedHttp.of(HttpOptions.at(address)), control,
                new Sampler(control, deaf, new SaTotals(), InstantSource.system()), "1.2.3")) {
            assertThat(get("/readyz").body()).isEqualTo("the kernel does not tell of its SAs: XFRM_MSG_GETSA: EPERM\n");
            assertThat(get("/metrics").body()).contains("\nkeylane_kernel_up 0\n");
        }
    }

    @Test
    void aPageOfAnotherHostWhoseNameLeadsHereIsRefused() throws Exception {
        try (StatusServer _ = serve(HttpOptions.at(address))) {
            assertThat(raw("GET / HTTP/1.1\r\nHost: evil.example:" + address.getPort() + "\r\nConnection: close\r\n\r\n"))
                    .contains(" 421 ").doesNotContain("keylane</h1>");
            assertThat(raw("GET / HTTP/1.1\r\nHost: evil_.example:%zz\r\nConnection: close\r\n\r\n"))
                    .as("a name that cannot be read").matches("(?s)HTTP/1.1 4(00|21) .*");
            assertThat(raw("GET /healthz HTTP/1.1\r\nHost: localhost:9500\r\nConnection: close\r\n\r\n")).contains(" 200 ");
            assertThat(raw("GET /healthz HTTP/1.0\r\n\r\n")).contains(" 200 ");
            assertThat(raw("GET /healthz HTTP/1.1\r\nHost: [::1]:9500\r\nConnection: close\r\n\r\n")).contains(" 200 ");
        }
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void whatIsTooLargeIsRefusedAndBodiesAreNotRead() throws Exception {
        try (StatusServer _ = serve(HttpOptions.at(address))) {
            assertThat(raw("GET /" + "a".repeat(5000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n")).contains(" 414 ");
            assertThat(raw("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "a".repeat(20_000) + "\r\n\r\n")).contains(" 431 ");
            assertThat(raw("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\nabc")).contains(" 413 ");
            assertThat(raw("nonsense\r\n\r\n")).contains(" 400 ");
            assertThat(get("/healthz").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void whoeverAsksOnAndOnWithoutReadingTakesNoMemory() throws Exception {
        for (int i = 0; i < 300; i++) {
            control.loadConnection(Samples.connection("peer-" + i, "net", false, false));
        }
        try (StatusServer _ = serve(HttpOptions.at(address)); Socket greedy = new Socket(address.getAddress(), address.getPort())) {
            byte[] request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.UTF_8);
            long before = memory();
            for (int i = 0; i < 10_000; i++) {
                greedy.getOutputStream().write(request);
            }
            Thread.sleep(4000);
            assertThat(memory() - before).as("octets kept for it").isLessThan(64L << 20);
            assertThat(get("/healthz").statusCode()).isEqualTo(200);
        }
    }

    /** In use, on the heap and beside it. */
    private static long memory() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()
                + ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream().mapToLong(BufferPoolMXBean::getMemoryUsed).sum();
    }

    @Test
    void theOneThatIsSilentLongestMakesRoom() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try (StatusServer _ = serve(HttpOptions.at(address))) {
            for (int i = 0; i < Connections.MOST; i++) {
                silent.add(new Socket(address.getAddress(), address.getPort()));
            }
            assertThat(get("/healthz").statusCode()).isEqualTo(200);
            silent.getFirst().setSoTimeout(8_000);
            assertThat(silent.getFirst().getInputStream().read()).as("closed before its time was over").isEqualTo(-1);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void whoHasBeenServedStaysBesideThoseThatOnlyConnect() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try (StatusServer _ = serve(HttpOptions.at(address)); Socket served = new Socket(address.getAddress(), address.getPort())) {
            byte[] request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 2; i++) {
                served.getOutputStream().write(request);
                assertThat(served.getInputStream().readNBytes(12)).asString(StandardCharsets.UTF_8).isEqualTo("HTTP/1.1 200");
                for (int j = 0; i == 0 && j <= Connections.MOST; j++) {
                    silent.add(new Socket(address.getAddress(), address.getPort()));
                }
                silent.stream().limit(1).forEach(AccessTest::isClosed);
                // By now the rest of the answer is there, too.
                served.getInputStream().skipNBytes(served.getInputStream().available());
            }
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    private static void isClosed(Socket socket) {
        try {
            socket.setSoTimeout(8_000);
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    @Test
    void slowClientsAreCutOffAndDoNotKeepOthersOut() throws Exception {
        List<Socket> slow = new ArrayList<>();
        try (StatusServer _ = serve(HttpOptions.at(address))) {
            for (int i = 0; i < Connections.MOST; i++) {
                slow.add(new Socket(address.getAddress(), address.getPort()));
            }
            OutputStream drip = slow.getFirst().getOutputStream();
            drip.write("GET /metrics HTTP/1.1\r\n".getBytes(StandardCharsets.UTF_8));
            long begun = System.nanoTime();
            slow.getFirst().setSoTimeout(60_000);
            assertThat(slow.getFirst().getInputStream().read()).as("closed").isEqualTo(-1);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(40));
            assertThat(get("/healthz").statusCode()).isEqualTo(200);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }
}
