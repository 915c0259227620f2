package dev.keylane.bench;

import dev.keylane.daemon.boot.Daemon;
import dev.keylane.daemon.boot.DaemonOptions;
import dev.keylane.daemon.boot.SoftwarePlace;
import dev.keylane.daemon.config.Configuration;
import dev.keylane.daemon.config.Loaded;
import dev.keylane.daemon.http.HttpOptions;
import dev.keylane.ike.policy.EndpointSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a scrape of {@code /metrics} costs a daemon with many SAs: two daemons with software kernels key for every CPU or for
 * many children, and one of them is scraped. CPU time is that of its event loop and of the threads that serve HTTP; collections are added.
 * The first scrape is the first of the process, whose code nobody has run yet.
 */
final class ScrapeBench {
    private static final int CPUS = 249;
    private static final int SCRAPES = 25;
    private static final List<Shape> SHAPES = List.of(new Shape(4, 1), new Shape(40, 1), new Shape(25, 400));
    private static final String METRICS = "/metrics";

    private final Shape shape;
    private final int port;

    /**
     * @param children of a connection: one has an SA for each CPU, many have one each
     */
    private record Shape(int connections, int children) {
        int sas() {
            return connections * (children == 1 ? CPUS + 1 : children);
        }
    }

    /** @param shard of the event loops, {@code all} with the server's threads and collections; milliseconds */
    private record Cost(double shard, double all, long octets) {
    }

    private ScrapeBench(Shape shape) throws IOException {
        this.shape = shape;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.port = free.getLocalPort();
        }
    }

    /** @param number of a shape, from 1 */
    static void run(int number) {
        System.out.printf("%-12s %10s %10s %12s %12s %12s %14s %26s%n", "Child SAs", "children", "size", "CPU, first",
                "CPU, median", "CPU, most", "of event loop", "with the exporter's names");
        try {
            new ScrapeBench(SHAPES.get(number - 1)).measure();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void measure() throws IOException {
        Path directory = Files.createTempDirectory("scrape");
        EndpointSettings ports = EndpointSettings.DEFAULT.withPorts(25_500 + 2 * shape.connections(),
                25_501 + 2 * shape.connections());
        try (Daemon _ = start(directory, false, ports, Optional.empty());
             Daemon _ = start(directory, true, ports, Optional.of(HttpOptions.at(new InetSocketAddress("127.0.0.1", port))))) {
            int sas = await(shape.sas());
            List<Cost> costs = scrapes(METRICS);
            List<Cost> compatible = scrapes(METRICS + "?compat=strongswan");
            List<Double> sorted = sorted(costs);
            double shard = costs.stream().skip(1).mapToDouble(Cost::shard).average().orElse(0);
            System.out.printf(Locale.ROOT, "%-12d %10d %7.1f MB %9.0f ms %9.0f ms %9.0f ms %11.1f ms %12.1f MB %8.0f ms%n", sas,
                    shape.connections() * shape.children(), costs.getLast().octets() / 1e6, costs.getFirst().all(), median(sorted),
                    sorted.getLast(), shard, compatible.getLast().octets() / 1e6, median(sorted(compatible)));
        }
    }

    private List<Cost> scrapes(String path) throws IOException {
        List<Cost> costs = new ArrayList<>();
        for (int i = 0; i < SCRAPES; i++) {
            costs.add(scrape(path));
            pause(300);
        }
        return costs;
    }

    /** CPU times in milliseconds of all but the first. */
    private static List<Double> sorted(List<Cost> costs) {
        return costs.stream().skip(1).map(Cost::all).sorted().toList();
    }

    private static double median(List<Double> sorted) {
        return sorted.get(sorted.size() / 2);
    }

    private Daemon start(Path directory, boolean left, EndpointSettings ports, Optional<HttpOptions> http) throws IOException {
        Path file = Files.writeString(directory.resolve(left ? "left.conf" : "right.conf"), configuration(left));
        Loaded loaded = Configuration.load(List.of(file));
        if (!loaded.isGood()) {
            throw new IOException(loaded.mistakes().toString());
        }
        return Daemon.start(new DaemonOptions("bench", ports, List.of(), Optional.empty(), http),
                new SoftwarePlace(CPUS, new SoftwarePlace.Door.InProcess(_ -> { })), loaded.book(), 32);
    }

    private String configuration(boolean left) {
        StringBuilder text = new StringBuilder("connections {\n");
        for (int i = 1; i <= shape.connections(); i++) {
            text.append("""
                      peer-%1$d { local_addrs = 127.0.%2$d.%1$d
                        remote_addrs = 127.0.%3$d.%1$d
                        proposals = aes128-sha256-x25519
                        encap = yes
                        local { auth = psk
                          id = %4$s-%1$d }
                        remote { auth = psk
                          id = %5$s-%1$d }
                        children { %6$s }
                      }
                    """.formatted(i, left ? 1 : 2, left ? 2 : 1, left ? "left" : "right", left ? "right" : "left",
                    children(i, left)));
        }
        return text.append("}\nsecrets { ike { secret = \"measured here alone\" } }\n").toString();
    }

    private String children(int connection, boolean left) {
        if (shape.children() == 1) {
            return """
                    net { mode = transport
                      esp_proposals = aes128gcm128-esn
                      per_cpu_sas = yes
                      per_cpu_mode = %s
                      start_action = %s }
                    """.formatted(left ? "eager" : "demand", left ? "start" : "none");
        }
        return IntStream.range(0, shape.children()).mapToObj(child -> """
                net-%1$d { esp_proposals = aes128gcm128-esn
                  local_ts = %2$s
                  remote_ts = %3$s
                  start_action = %4$s }
                """.formatted(child, network(left, connection, child), network(!left, connection, child),
                left ? "start" : "none")).collect(Collectors.joining());
    }

    private static String network(boolean left, int connection, int child) {
        return "10.%d.%d.%d/25".formatted((left ? 0 : 128) + connection, child % 256, child / 256 * 128);
    }

    /** Until all are up. */
    private int await(int wanted) throws IOException {
        long deadline = System.nanoTime() + 400_000_000_000L;
        int up = 0;
        while (System.nanoTime() < deadline) {
            up = (int) INSTALLED.matcher(get("/status.json")).results().count();
            if (up >= wanted) {
                return up;
            }
            pause(1000);
        }
        throw new IOException("only " + up + " of " + wanted + " Child SAs came up");
    }

    private Cost scrape(String path) throws IOException {
        double shard = millis("keylane-shard");
        double all = shard + millis("vert.x") + CpuTime.ofCollections() / 1e6;
        long octets = get(path).length();
        double shardAfter = millis("keylane-shard");
        return new Cost(shardAfter - shard, shardAfter + millis("vert.x") + CpuTime.ofCollections() / 1e6 - all, octets);
    }

    /** CPU time of the threads with such a name. */
    private static double millis(String name) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        double sum = 0;
        for (ThreadInfo info : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (info != null && info.getThreadName().startsWith(name)) {
                sum += Math.max(0, threads.getThreadCpuTime(info.getThreadId())) / 1e6;
            }
        }
        return sum;
    }

    private static final Pattern INSTALLED = Pattern.compile("\"state\": ?\"INSTALLED\"");

    private String get(String path) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static void pause(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }
}
