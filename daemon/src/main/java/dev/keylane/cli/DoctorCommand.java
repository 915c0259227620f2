package dev.keylane.cli;

import dev.keylane.doctor.Doctor;
import dev.keylane.doctor.Report;
import dev.keylane.doctor.Sight;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keylane doctor [DEV]}: what is in the way of IPsec here, and what to do about it. No daemon is needed. */
@Command(name = "doctor", mixinStandardHelpOptions = true,
        description = "Check the system and its devices: a line a check, with the command that mends it; exit code 1 when one"
                + " fails. No daemon is needed.")
final class DoctorCommand implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = "DEV", description = "A network device (default: all that have an address).")
    private @Nullable String device;

    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    @Option(names = "--control", paramLabel = "PATH", defaultValue = "/run/keylane/keylane.vici",
            description = "The daemon's control socket, beside which it notes what is its own (default: ${DEFAULT-VALUE}).")
    private Path control = Path.of("/run/keylane/keylane.vici");

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        try (Sight sight = Sight.ofLinux(control)) {
            if (device != null && sight.network().index(device).isEmpty()) {
                throw new ParameterException(spec.commandLine(), "keylane: there is no device " + device);
            }
            Report report = Doctor.examine(sight, device == null ? sight.network().addressed() : List.of(device));
            if (json) {
                spec.commandLine().getOut().println(Json.print(DoctorText.tree(report)));
            } else {
                DoctorText.lines(report).forEach(spec.commandLine().getOut()::println);
            }
            spec.commandLine().getOut().flush();
            return report.failed() ? 1 : 0;
        }
    }
}
