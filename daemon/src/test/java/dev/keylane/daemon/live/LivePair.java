package dev.keylane.daemon.live;

import static org.awaitility.Awaitility.await;

import dev.keylane.daemon.boot.Daemon;
import dev.keylane.daemon.boot.DaemonOptions;
import dev.keylane.daemon.boot.SoftwarePlace;
import dev.keylane.daemon.config.Configuration;
import dev.keylane.daemon.config.Loaded;
import dev.keylane.daemon.control.Control;
import dev.keylane.daemon.http.HttpOptions;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.wire.Octets;
import dev.keylane.xfrm.software.SoftwareXfrm;
import dev.keylane.xfrm.software.packet.UdpDatagram;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Two daemons with software kernels of four CPUs, the demonstration's configuration and packets to send; the left one serves
 * HTTP.
 */
public final class LivePair implements AutoCloseable {
    public static final int CPUS = 4;

    public final int port;
    private final Daemon left;
    private final Daemon right;
    private final SoftwareXfrm leftKernel;
    private final SoftwareXfrm rightKernel;
    private final HttpClient client = HttpClient.newHttpClient();

    /**
     * @param directory where the left configuration is written
     * @param more      text at the end of it
     */
    public LivePair(Path directory, String more) throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        EndpointSettings ports = freePorts();
        SoftwarePlace rightPlace = new SoftwarePlace(CPUS, new SoftwarePlace.Door.InProcess(_ -> { }));
        right = start(rightPlace, load(Path.of("../examples/demo/right.conf")), ports, Optional.empty());
        SoftwarePlace leftPlace = new SoftwarePlace(CPUS, new SoftwarePlace.Door.InProcess(_ -> { }));
        Path file = Files.writeString(directory.resolve("left.conf"),
                Files.readString(Path.of("../examples/demo/left.conf")) + more);
        left = start(leftPlace, load(file), ports, Optional.of(HttpOptions.at(new InetSocketAddress("127.0.0.1", port))));
        leftKernel = leftPlace.opened().orElseThrow();
        rightKernel = rightPlace.opened().orElseThrow();
    }

    private static Daemon start(SoftwarePlace place, Loaded loaded, EndpointSettings ports, Optional<HttpOptions> http)
            throws IOException {
        return Daemon.start(new DaemonOptions("1.2.3", ports, List.of(), Optional.empty(), http), place, loaded.book(), 32);
    }

    private static Loaded load(Path file) {
        Loaded loaded = Configuration.load(List.of(file));
        if (!loaded.isGood()) {
            throw new IllegalStateException(loaded.mistakes().toString());
        }
        return loaded;
    }

    private static EndpointSettings freePorts() throws IOException {
        try (DatagramSocket one = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0));
             DatagramSocket two = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
            return EndpointSettings.DEFAULT.withPorts(one.getLocalPort(), two.getLocalPort());
        }
    }

    public Control left() {
        return left.control();
    }

    /**
     * Packets until left sends from each CPU by its own SA, which it does when right has sent by it where right has asked:
     * from the left side first, so that there is one IKE SA.
     */
    public void cover() {
        await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(200)).until(() -> {
            send(leftKernel, LEFT, RIGHT, 0, 100);
            return metric("keylane_child_up{connection=\"left-right\"") > 0;
        });
        await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(200)).until(() -> {
            for (int cpu = 0; cpu < CPUS; cpu++) {
                exchange(cpu, 400);
            }
            return metric("keylane_percpu_covered{connection=\"left-right\"") == CPUS && allSend();
        });
    }

    private boolean allSend() throws Exception {
        for (int cpu = 0; cpu < CPUS; cpu++) {
            if (metric("keylane_sa_sent_packets_total{connection=\"left-right\",child=\"bf\",cpu=\"" + cpu + "\"") == 0) {
                return false;
            }
        }
        return true;
    }

    /** Sends a packet each way as if on this CPU. */
    public void exchange(int cpu, int octets) {
        send(leftKernel, LEFT, RIGHT, cpu, octets);
        send(rightKernel, RIGHT, LEFT, cpu, octets / 2);
    }

    private static void send(SoftwareXfrm kernel, IpEndpoint from, IpEndpoint to, int cpu, int octets) {
        byte[] packet = new UdpDatagram(from, to, Octets.wrap(new byte[octets])).toPacket();
        kernel.output(cpu, packet, 0, packet.length);
    }

    public HttpResponse<String> get(String path, String accept) throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).header("Accept", accept)
                .timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The sum of the samples whose line begins so. */
    public double metric(String beginning) throws Exception {
        return get("/metrics", "text/plain").body().lines().filter(line -> line.startsWith(beginning))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
    }

    @Override
    public void close() {
        client.close();
        left.close();
        right.close();
    }

    private static final IpEndpoint LEFT = new IpEndpoint(IpAddress.of("127.0.0.1"), 4789);
    private static final IpEndpoint RIGHT = new IpEndpoint(IpAddress.of("127.0.0.2"), 4789);
}
