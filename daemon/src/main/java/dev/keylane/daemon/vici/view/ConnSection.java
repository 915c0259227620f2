package dev.keylane.daemon.vici.view;

import dev.keylane.daemon.control.ServiceNames;
import dev.keylane.daemon.vici.ViciMessage;
import dev.keylane.ike.policy.AddressPattern;
import dev.keylane.ike.policy.Authentication;
import dev.keylane.ike.policy.ChildActions;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.IkeOptions;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.PerCpuOptions;
import dev.keylane.pcpu.CpuSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A connection as list-conn shows it. */
public final class ConnSection {
    private ConnSection() {
    }

    /**
     * @param ikePort what a port that is not configured stands for
     */
    public static ViciMessage of(Connection connection, int ikePort) {
        return of(connection, ikePort, Map.of(), false);
    }

    /**
     * @param ikePort   what a port that is not configured stands for
     * @param obstacles why children cannot come up on their device, by {@code CONNECTION.CHILD}
     * @param details   with {@link ChildDetails}
     */
    public static ViciMessage of(Connection connection, int ikePort, Map<String, String> obstacles, boolean details) {
        IkeOptions options = connection.options();
        ViciMessage.Builder keys = ViciMessage.builder()
                .list("local_addrs", texts(connection.endpoints().local()))
                .list("remote_addrs", texts(connection.endpoints().remote()))
                .set("local_port", port(connection.endpoints().localPort(), ikePort))
                .set("remote_port", port(connection.endpoints().remotePort(), ikePort))
                .set("version", "IKEv2")
                .set("reauth_time", options.lifetime().reauth().toSeconds())
                .set("rekey_time", options.lifetime().rekey().toSeconds())
                .set("unique", "UNIQUE_" + options.unique())
                .section("proposals", ProposalSections.of(connection.proposals()));
        if (!options.dpdDelay().isZero()) {
            keys.set("dpd_delay", options.dpdDelay().toSeconds());
        }
        keys.section("local-1", authentication(connection.local()))
                .section("remote-1", authentication(connection.remote()));
        ViciMessage.Builder children = ViciMessage.builder();
        connection.children().forEach(child -> children.section(child.name(),
                child(child, obstacles.getOrDefault(connection.name() + "." + child.name(), ""), details)));
        keys.section("children", children.build());
        return ViciMessage.builder().section(connection.name(), keys.build()).build();
    }

    private static List<String> texts(List<AddressPattern> patterns) {
        return patterns.stream().map(AddressPattern::text).toList();
    }

    private static int port(int configured, int ikePort) {
        return configured == 0 ? ikePort : configured;
    }

    private static ViciMessage authentication(Authentication side) {
        ViciMessage.Builder keys = ViciMessage.builder();
        if (side.id() != null) {
            keys.set("id", side.id());
        }
        return keys.set("class", "pre-shared key").list("groups", List.of()).list("cert_policy", List.of())
                .list("certs", List.of()).list("cacerts", List.of()).build();
    }

    private static ViciMessage child(ChildConfig child, String obstacle, boolean details) {
        ViciMessage.Builder keys = ViciMessage.builder()
                .set("mode", child.mode())
                .set("rekey_time", child.lifetime().rekeyTime().toSeconds())
                .set("rekey_bytes", child.lifetime().bytes().rekey())
                .set("rekey_packets", child.lifetime().packets().rekey())
                .set("dpd_action", action(child.actions().dpd()))
                .set("close_action", action(child.actions().close()))
                .section("esp_proposals", ProposalSections.of(child.proposals()))
                .section("ah_proposals", ViciMessage.EMPTY)
                .list("local-ts", child.localTs().stream().map(ServiceNames::text).toList())
                .list("remote-ts", child.remoteTs().stream().map(ServiceNames::text).toList());
        if (!child.kernel().device().isEmpty()) {
            keys.set("interface", child.kernel().device());
        }
        if (child.kernel().priority() != 0) {
            keys.set("priority", child.kernel().priority());
        }
        own(child, keys);
        if (!obstacle.isEmpty()) {
            keys.set("hw-offload-against", obstacle);
        }
        if (details) {
            ChildDetails.add(keys, child);
        }
        return keys.build();
    }

    /** What charon does not tell. */
    private static void own(ChildConfig child, ViciMessage.Builder keys) {
        if (child.perCpu() != ChildConfig.PerCpu.NO) {
            PerCpuOptions options = child.perCpuOptions();
            keys.set("per-cpu-sas", word(child.perCpu())).set("per-cpu-mode", word(options.mode()))
                    .set("per-cpu-cpus", cpus(options.cpus()));
            if (options.limit() != 0) {
                keys.set("per-cpu-max", options.limit());
            }
        }
        if (child.kernel().steering() != KernelOptions.Steering.UNSAID) {
            keys.set("steering", word(child.kernel().steering()));
        }
    }

    private static String cpus(PerCpuOptions.Cpus cpus) {
        return switch (cpus) {
            case PerCpuOptions.Cpus.Auto _ -> "auto";
            case PerCpuOptions.Cpus.Queues _ -> "queues";
            case PerCpuOptions.Cpus.Listed(List<Integer> numbers) ->
                    CpuSet.of(numbers.stream().mapToInt(Integer::intValue).toArray()).toString();
        };
    }

    private static String word(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }

    private static String action(ChildActions.OnLoss action) {
        return switch (action) {
            case CLEAR -> "none";
            case TRAP -> "trap";
            case START -> "start";
        };
    }
}
