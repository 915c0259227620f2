package dev.keylane.cli;

import dev.keylane.daemon.boot.DevicePlan;
import dev.keylane.daemon.boot.SteeringWays;
import dev.keylane.daemon.config.SteeringSettings;
import dev.keylane.doctor.Rights;
import dev.keylane.steering.SteeringPlan;
import dev.keylane.steering.Strategy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keylane steer plan DEV}: what {@code steering = auto} would choose there, and why. No daemon is needed. */
@Command(name = "plan", mixinStandardHelpOptions = true,
        description = "Show what would be chosen on a device, and why; no daemon is needed.")
final class SteerPlanCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DEV", description = "A network device.")
    private String device = "";

    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    @Option(names = "--directory", paramLabel = "PATH", defaultValue = "/sys/fs/bpf/keylane",
            description = "The daemon's steering_directory, where an xdp program is pinned (default: ${DEFAULT-VALUE}).")
    private Path directory = SteeringSettings.DEFAULT.directory();

    @Option(names = "--control", paramLabel = "PATH", defaultValue = "/run/keylane/keylane.vici",
            description = "The daemon's control socket, beside which it notes its rules (default: ${DEFAULT-VALUE}).")
    private Path control = Path.of("/run/keylane/keylane.vici");

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Optional<DevicePlan> plan = DevicePlan.of(device, new SteeringWays(directory,
                SteeringSettings.DEFAULT.sas(), SteeringWays.rules(control), NAT_PORT));
        if (plan.isEmpty()) {
            spec.commandLine().getErr().println("keylane: there is no device " + device);
            return ExitCode.USAGE;
        }
        Rights rights = Rights.ofThisProcess();
        if (!rights.netAdmin() || !rights.bpf()) {
            spec.commandLine().getErr().println("keylane: this needs root (CAP_NET_ADMIN and CAP_BPF) to find what a daemon would");
        }
        if (json) {
            spec.commandLine().getOut().println(Json.print(tree(plan.get())));
        } else {
            lines(plan.get()).forEach(spec.commandLine().getOut()::println);
        }
        return 0;
    }

    private static List<String> lines(DevicePlan plan) {
        List<String> lines = new ArrayList<>();
        lines.add(plan.plan().device() + ": steering = auto would take "
                + plan.plan().chosen().map(Strategy::toString).orElse("nothing"));
        for (SteeringPlan.Finding finding : plan.plan().findings()) {
            lines.add("  %-6s %s: %s".formatted(finding.strategy(), finding.fitness().inPart() ? "in part"
                    : finding.fitness().fits() ? "yes" : "no", finding.fitness().reason()));
        }
        lines.add("  driver " + plan.driver().orElse("unknown") + ", hash key "
                + plan.hashKey().map(octets -> "of " + octets + " octets").orElse("not told"));
        lines.add("  queues " + (plan.cpus().isEmpty() ? "on no single CPUs" : plan.cpus().entrySet().stream()
                .map(each -> each.getKey() + " on CPU " + each.getValue()).collect(Collectors.joining(", "))));
        return lines;
    }

    private static Map<String, @Nullable Object> tree(DevicePlan plan) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("device", plan.plan().device());
        tree.put("chosen", plan.plan().chosen().map(Strategy::toString).orElse(null));
        tree.put("strategies", plan.plan().findings().stream().map(SteerPlanCommand::finding).toList());
        tree.put("driver", plan.driver().orElse(null));
        tree.put("hash_key_octets", plan.hashKey().orElse(null));
        tree.put("queues", plan.cpus().entrySet().stream().map(each ->
                Map.of("queue", each.getKey(), "cpu", each.getValue())).toList());
        tree.put("queues_problem", plan.queues().trouble().orElse(null));
        return tree;
    }

    private static Map<String, Object> finding(SteeringPlan.Finding finding) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("strategy", finding.strategy().toString());
        tree.put("fits", finding.fitness().fits());
        tree.put("reason", finding.fitness().reason());
        return tree;
    }

    private static final int NAT_PORT = 4500;
}
