package dev.keylane.demo;

import dev.keylane.ike.policy.EndpointSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code keylane demo}. */
@Command(name = "demo", mixinStandardHelpOptions = true,
        description = "Key two daemons on this machine and carry packets through a pair of SAs for every CPU.")
public final class DemoCommand implements Callable<Integer> {
    @Option(names = "--cpus", description = "CPUs to show, simulated where the machine has fewer (default: its own, at least 4).")
    private int cpus = Math.clamp(Runtime.getRuntime().availableProcessors(), 4, 16);

    @Option(names = "--packets", description = "Packets for each CPU and direction (default: ${DEFAULT-VALUE}).")
    private int packets = 1000;

    @Option(names = "--examples", hidden = true, description = "Where left.conf and right.conf are.")
    private Path examples = Path.of(System.getProperty("keylane.home", "."), "examples", "demo");

    @Option(names = "--verbose", description = "Show the daemons' logs.")
    private boolean verbose;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (!verbose && System.getProperty("KEYLANE_LOG") == null) {
            System.setProperty("KEYLANE_LOG", "ERROR");
        }
        PrintWriter out = spec.commandLine().getOut();
        if (cpus < 1 || cpus > MOST_CPUS || packets < 1) {
            out.println("demo: FAILED: --cpus takes 1 to " + MOST_CPUS + ", --packets 1 or more");
            return 1;
        }
        Demo.Verdict verdict = run(out);
        switch (verdict) {
            case Demo.Verdict.Ok ok -> out.println("demo: ok: " + ok.summary());
            case Demo.Verdict.Failed failed -> out.println("demo: FAILED: " + failed.reason());
        }
        out.flush();
        return verdict instanceof Demo.Verdict.Ok ? 0 : 1;
    }

    private Demo.Verdict run(PrintWriter out) {
        EndpointSettings ports = ports();
        out.printf("left 127.0.0.1 and right 127.0.0.2 speak IKEv2 on UDP ports %d and %d, ESP travels in UDP port %d%n",
                ports.port(), ports.natPort(), ports.natPort());
        try (Side right = Side.start("right", examples.resolve("right.conf"), cpus, ports);
             Side left = Side.start("left", examples.resolve("left.conf"), cpus, ports)) {
            return new Demo(left, right, cpus, packets, out, System.console() != null && System.console().isTerminal())
                    .run();
        } catch (IOException | RuntimeException failed) {
            return new Demo.Verdict.Failed(failed instanceof IOException ? failed.getMessage() : failed.toString());
        }
    }

    /** The real ports where we may have them, high ones otherwise. */
    private static EndpointSettings ports() {
        EndpointSettings usual = EndpointSettings.DEFAULT;
        boolean free = isFree(usual.port()) && isFree(usual.natPort());
        return free ? usual : usual.withPorts(HIGH_PORT, HIGH_PORT + 4000);
    }

    private static boolean isFree(int port) {
        try (DatagramSocket left = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
             DatagramSocket right = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), port))) {
            return left.isBound() && right.isBound();
        } catch (SocketException taken) {
            return false;
        }
    }

    private static final int MOST_CPUS = 64;
    private static final int HIGH_PORT = 10500;
}
