package dev.keylane.cli;

import dev.keylane.daemon.boot.Daemon;
import dev.keylane.daemon.boot.DaemonOptions;
import dev.keylane.daemon.boot.KernelPlace;
import dev.keylane.daemon.boot.LinuxPlace;
import dev.keylane.daemon.boot.SoftwarePlace;
import dev.keylane.daemon.config.Configuration;
import dev.keylane.daemon.config.Loaded;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.EndpointSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code keylane run}: the daemon, in the foreground until SIGTERM or SIGINT. */
@Command(name = "run", mixinStandardHelpOptions = true, description = "Run the daemon in the foreground.")
final class RunCommand implements Callable<Integer> {
    /** Where SAs are installed. */
    enum KernelChoice { AUTO, XFRM, SOFTWARE }

    @Option(names = "--config", paramLabel = "FILE_OR_DIR",
            description = "Configuration in swanctl.conf's syntax; may be given several times.")
    private List<Path> config = new ArrayList<>();

    @Option(names = "--kernel", defaultValue = "auto",
            description = "auto, xfrm, software: Linux XFRM, the embedded software kernel, or whichever works.")
    private KernelChoice kernel = KernelChoice.AUTO;

    @Option(names = "--listen", paramLabel = "ADDR",
            description = "Address to speak IKE from; may be given several times. Default: those of the connections.")
    private List<String> listen = new ArrayList<>();

    @Option(names = "--port", description = "IKE port, here and at the peers (default: 500).")
    private @Nullable Integer port;

    @Option(names = "--nat-port", description = "NAT-T port, here and at the peers (default: 4500).")
    private @Nullable Integer natPort;

    @Option(names = "--control", paramLabel = "PATH", defaultValue = "/run/keylane/keylane.vici",
            description = "Control socket (default: ${DEFAULT-VALUE}).")
    private Path control = Path.of("/run/keylane/keylane.vici");

    @Option(names = "--http", paramLabel = "HOST:PORT", description = "Serve /metrics and /healthz there.")
    private @Nullable String http;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        Loaded loaded = Configuration.load(config);
        loaded.notes().forEach(note -> spec.commandLine().getErr().println(note));
        if (!loaded.isGood()) {
            loaded.mistakes().forEach(mistake -> spec.commandLine().getErr().println(mistake));
            return 1;
        }
        try {
            Daemon daemon = Daemon.start(options(loaded), place(), loaded.book(), loaded.settings().replayWindow());
            stopOnSignal(daemon).await();
            return 0;
        } catch (IOException refused) {
            spec.commandLine().getErr().println("keylane: " + refused.getMessage());
            return 1;
        }
    }

    private DaemonOptions options(Loaded loaded) throws IOException {
        EndpointSettings settings = loaded.settings().endpoint();
        EndpointSettings ported = new EndpointSettings(port == null ? settings.port() : port,
                natPort == null ? settings.natPort() : natPort, settings.retransmission(), settings.cookieThreshold(),
                settings.halfOpenLimit(), settings.halfOpenTimeout());
        List<IpAddress> addresses = new ArrayList<>();
        for (String text : listen) {
            addresses.add(IpAddress.parse(text)
                    .orElseThrow(() -> new IOException("--listen " + text + " is not an IP address")));
        }
        return new DaemonOptions(ported, addresses, Optional.of(control),
                http == null ? Optional.empty() : Optional.of(HostPort.parse(http)));
    }

    private KernelPlace place() {
        boolean linux = switch (kernel) {
            case XFRM -> true;
            case SOFTWARE -> false;
            case AUTO -> LinuxPlace.isUsable();
        };
        if (!linux && kernel == KernelChoice.AUTO) {
            LoggerFactory.getLogger("DMN").info("Linux XFRM cannot be used here, using the embedded software kernel");
        }
        return linux ? new LinuxPlace() : new SoftwarePlace(Runtime.getRuntime().availableProcessors(), packet -> { });
    }

    private static CountDownLatch stopOnSignal(Daemon daemon) {
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            daemon.close();
            stopped.countDown();
        }, "keylane-stop"));
        return stopped;
    }
}
