package dev.keylane.cli;

import dev.keylane.daemon.boot.Daemon;
import dev.keylane.daemon.boot.DaemonOptions;
import dev.keylane.daemon.boot.KernelPlace;
import dev.keylane.daemon.boot.LinuxPlace;
import dev.keylane.daemon.boot.SoftwarePlace.Door;
import dev.keylane.daemon.boot.SoftwarePlace;
import dev.keylane.daemon.boot.SteeringWays;
import dev.keylane.daemon.config.Configuration;
import dev.keylane.daemon.config.DaemonSettings;
import dev.keylane.daemon.config.Loaded;
import dev.keylane.daemon.config.SteeringSettings;
import dev.keylane.daemon.logging.LogOutput;
import dev.keylane.daemon.service.ServiceReport;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.EndpointSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code keylane run}: the daemon, in the foreground until SIGTERM or SIGINT. */
@Command(name = "run", mixinStandardHelpOptions = true, description = "Run the daemon in the foreground.")
final class RunCommand implements Callable<Integer> {
    /** Where SAs are installed. */
    enum KernelChoice {
        AUTO, XFRM, SOFTWARE;

        /** As it is written on the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }

        static KernelChoice parse(String text) {
            return Arrays.stream(values()).filter(choice -> choice.toString().equalsIgnoreCase(text)).findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            "expected one of " + Arrays.toString(values()) + " but was '" + text + "'"));
        }

        /** Names the choices in lower case, which picocli's own reading of enums does not. */
        static final class Converter implements ITypeConverter<KernelChoice> {
            @Override
            public KernelChoice convert(String text) {
                return parse(text);
            }
        }
    }

    @Option(names = "--config", paramLabel = "FILE_OR_DIR",
            description = "Configuration in swanctl.conf's syntax; may be given several times.")
    private List<Path> config = new ArrayList<>();

    @Option(names = "--kernel", paramLabel = "auto|xfrm|software", defaultValue = "auto",
            converter = KernelChoice.Converter.class,
            description = "xfrm: Linux XFRM; software: the embedded software kernel; auto: whichever works, XFRM first (default: "
                    + "${DEFAULT-VALUE}).")
    private KernelChoice kernel = KernelChoice.AUTO;

    @Option(names = "--listen", paramLabel = "ADDR",
            description = "Address to speak IKE from; may be given several times. Default: those of the connections.")
    private List<String> listen = new ArrayList<>();

    @Option(names = "--port", description = "IKE port, here and at the peers (default: 500).")
    private @Nullable Integer port;

    @Option(names = "--nat-port", description = "NAT-T port, here and at the peers (default: 4500).")
    private @Nullable Integer natPort;

    @Option(names = "--control", paramLabel = "PATH",
            description = "Control socket (default: what charon.plugins.vici.socket says, or " + DEFAULT_CONTROL + ").")
    private @Nullable Path control;

    @Mixin
    private HttpChoice http = new HttpChoice();

    @Option(names = "--tun", paramLabel = "NAME|none",
            description = "The software kernel's TUN device; %%d is a free number (default: keylane%%d where there may "
                    + "be one).")
    private @Nullable String tun;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Loaded loaded = Configuration.load(config);
        StartWords words = new StartWords(spec.commandLine().getErr(), loaded.settings().log().json());
        words.configuration(loaded);
        return loaded.isGood() ? run(loaded, words) : 1;
    }

    private int run(Loaded loaded, StartWords words) {
        try (ServiceReport report = ServiceReport.open(System.getenv(), ProcessHandle.current().pid());
             StopSignal stop = StopSignal.await(report)) {
            LogOutput.use(loaded.settings().log());
            DaemonOptions options = options(loaded);
            stop.onSignal(() -> {
                Daemon daemon = Daemon.start(options, place(loaded.settings()), loaded.book(), loaded.settings().replayWindow());
                if (!config.isEmpty()) {
                    daemon.reloadFrom(() -> Configuration.load(config), loaded.book());
                }
                HangUp.reloads(daemon, report);
                return daemon;
            });
            return 0;
        } catch (IOException refused) {
            words.end(refused.getMessage());
            return 1;
        }
    }

    private DaemonOptions options(Loaded loaded) throws IOException {
        List<IpAddress> addresses = new ArrayList<>();
        for (String text : listen) {
            addresses.add(IpAddress.parse(text)
                    .orElseThrow(() -> new IOException("--listen " + text + " is not an IP address")));
        }
        return new DaemonOptions(VersionCommand.version(), ports(loaded.settings().endpoint()), addresses,
                Optional.of(socket(loaded.settings())), loaded.settings().group(), http.with(loaded.settings().http()),
                loaded.settings().log().keyTable());
    }

    private Path socket(DaemonSettings settings) {
        return control != null ? control : settings.controlSocket().orElse(Path.of(DEFAULT_CONTROL));
    }

    private EndpointSettings ports(EndpointSettings configured) throws IOException {
        int ike = port == null ? configured.port() : port;
        int nat = natPort == null ? configured.natPort() : natPort;
        if (ike < 1 || ike > MAX_PORT || nat < 1 || nat > MAX_PORT || ike == nat) {
            throw new IOException("--port " + ike + " and --nat-port " + nat + " are not two ports from 1 to " + MAX_PORT);
        }
        return configured.withPorts(ike, nat);
    }

    private KernelPlace place(DaemonSettings settings) throws IOException {
        Optional<String> against = kernel == KernelChoice.AUTO ? LinuxPlace.reasonAgainst() : Optional.empty();
        boolean linux = switch (kernel) {
            case XFRM -> true;
            case SOFTWARE -> false;
            case AUTO -> against.isEmpty();
        };
        if (linux && tun != null && !tun.equals(NO_TUN)) {
            throw new IOException("--tun " + tun + " is for the software kernel alone");
        }
        against.ifPresent(reason -> LoggerFactory.getLogger("DMN").warn("using the embedded software kernel: {}", reason));
        SteeringSettings steering = settings.steering();
        if (!linux) {
            KernelPlace software = new SoftwarePlace(Runtime.getRuntime().availableProcessors(), door());
            software.reasonAgainstSteering().filter(_ -> steering.isWanted()).ifPresent(reason ->
                    LoggerFactory.getLogger("DMN").warn("steering and spreading have no effect: {}", reason));
            return software;
        }
        return new LinuxPlace(new SteeringWays(steering.directory(), steering.sas(),
                SteeringWays.rules(socket(settings)), ports(settings.endpoint()).natPort()), steering);
    }

    private Door door() {
        if (tun == null) {
            return new Door.Tun(DEFAULT_TUN, false);
        }
        return tun.equals(NO_TUN) ? new Door.InProcess(packet -> { }) : new Door.Tun(tun, true);
    }

    private static final String DEFAULT_CONTROL = "/run/keylane/keylane.vici";
    private static final String DEFAULT_TUN = "keylane%d";
    private static final String NO_TUN = "none";
    private static final int MAX_PORT = 0xffff;
}
