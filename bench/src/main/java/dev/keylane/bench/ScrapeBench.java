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

/**
 * What a scrape of {@code /metrics} costs a daemon with many SAs: two daemons with software kernels key for every CPU, and one
 * of them is scraped. CPU time is that of its event loop and of the threads that serve HTTP; collections are added.
 */
final class ScrapeBench {
    private static final int CPUS = 249;
    private static final int SCRAPES = 25;

    private final int connections;
    private final int port;

    /** @param shard of the event loops, {@code all} with the server's threads and collections; milliseconds */
    private record Cost(double shard, double all, long octets) {
    }

    private ScrapeBench(int connections) throws IOException {
        this.connections = connections;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.port = free.getLocalPort();
        }
    }

    static void run() {
        System.out.printf("%-12s %10s %12s %12s %12s %14s%n", "Child SAs", "size", "CPU, first", "CPU, median", "CPU, most",
                "of event loop");
        for (int connections : List.of(4, 40)) {
            try {
                new ScrapeBench(connections).measure();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    private void measure() throws IOException {
        Path directory = Files.createTempDirectory("scrape");
        EndpointSettings ports = EndpointSettings.DEFAULT.withPorts(25_500 + 2 * connections, 25_501 + 2 * connections);
        try (Daemon _ = start(directory, false, ports, Optional.empty());
             Daemon _ = start(directory, true, ports, Optional.of(HttpOptions.at(new InetSocketAddress("127.0.0.1", port))))) {
            int sas = await(connections * (CPUS + 1));
            List<Cost> costs = new ArrayList<>();
            for (int i = 0; i < SCRAPES; i++) {
                costs.add(scrape());
                pause(300);
            }
            double first = costs.getFirst().all();
            List<Double> sorted = costs.stream().skip(1).map(Cost::all).sorted().toList();
            double shard = costs.stream().skip(1).mapToDouble(Cost::shard).average().orElse(0);
            System.out.printf(Locale.ROOT, "%-12d %7.1f MB %9.0f ms %9.0f ms %9.0f ms %11.1f ms%n", sas,
                    costs.getLast().octets() / 1e6, first, sorted.get(sorted.size() / 2), sorted.getLast(), shard);
        }
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
        for (int i = 1; i <= connections; i++) {
            text.append("""
                      peer-%1$d { local_addrs = 127.0.%2$d.%1$d
                        remote_addrs = 127.0.%3$d.%1$d
                        proposals = aes128-sha256-x25519
                        encap = yes
                        local { auth = psk
                          id = %4$s-%1$d }
                        remote { auth = psk
                          id = %5$s-%1$d }
                        children { net { mode = transport
                          esp_proposals = aes128gcm128-esn
                          per_cpu_sas = yes
                          per_cpu_mode = %7$s
                          start_action = %6$s } }
                      }
                    """.formatted(i, left ? 1 : 2, left ? 2 : 1, left ? "left" : "right", left ? "right" : "left",
                    left ? "start" : "none", left ? "eager" : "demand"));
        }
        return text.append("}\nsecrets { ike { secret = \"measured here alone\" } }\n").toString();
    }

    /** Until every CPU of every peer has its SA. */
    private int await(int wanted) throws IOException {
        long deadline = System.nanoTime() + 400_000_000_000L;
        int up = 0;
        while (System.nanoTime() < deadline) {
            up = get().lines().filter(line -> line.startsWith("keylane_child_up{"))
                    .mapToInt(line -> Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1))).sum();
            if (up >= wanted) {
                return up;
            }
            pause(1000);
        }
        throw new IOException("only " + up + " of " + wanted + " Child SAs came up");
    }

    private Cost scrape() throws IOException {
        double shard = millis("keylane-shard");
        double all = shard + millis("vert.x") + CpuTime.ofCollections() / 1e6;
        long octets = get().length();
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

    private String get() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write("GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
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
