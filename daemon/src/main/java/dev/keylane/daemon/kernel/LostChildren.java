package dev.keylane.daemon.kernel;

import dev.keylane.daemon.offload.Refusal;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Children that the core wants back: from which address they are initiated, and traps for those that may wait. */
final class LostChildren {
    private static final Logger LOG = LoggerFactory.getLogger("CFG");

    private final EndpointSettings settings;
    private final OffloadDevices devices;
    private final HostNetwork network;
    private final Traps traps;
    private Map<String, Connection> connections = Map.of();
    private final Set<Effect.InstallTrap> installed = new LinkedHashSet<>();

    LostChildren(EndpointSettings settings, OffloadDevices devices, HostNetwork network, Traps traps) {
        this.settings = settings;
        this.devices = devices;
        this.network = network;
        this.traps = traps;
    }

    void use(PolicyBook book) {
        connections = book.connections().stream()
                .collect(Collectors.toMap(Connection::name, it -> it, (first, _) -> first));
        installed.removeIf(trap -> find(trap).isEmpty() && traps.uninstall(trap.connection(), trap.child()));
    }

    /** Those that cannot be asked for now are to be asked for again later. */
    List<Event> initiate(Effect.Reinitiate wanted, Instant now) {
        Connection connection = connections.get(wanted.connection());
        return connection == null ? List.of()
                : devices.whenKnown(connection, now, () -> List.of(initiate(wanted, connection)));
    }

    private Event initiate(Effect.Reinitiate wanted, Connection connection) {
        Optional<String> against = connection.child(wanted.child())
                .flatMap(child -> devices.limits().reasonAgainst(connection, child));
        Optional<Path> path = InitialPath.of(connection, settings, network);
        return against.isPresent() || path.isEmpty()
                ? new Event.InitiateHindered(wanted.connection(), wanted.child(), against.orElseGet(() -> InitialPath.reasonAgainst(connection)))
                : new Event.Initiate(0, wanted.connection(), wanted.child(), path.get(), Event.Trigger.OPERATOR);
    }

    /** What a child has failed by before its device was asked: it is as good as refused by it. */
    Collection<Refusal> foreseen(Effect.ChildFailed failed) {
        if (!PacketLimits.isOne(failed.reason())) {
            return List.of();
        }
        return Optional.ofNullable(connections.get(failed.connection())).flatMap(connection ->
                connection.child(failed.child()).map(child -> devices.limits().refusal(connection, child, failed.reason())))
                .map(List::of).orElse(List.of());
    }

    void trap(Effect.InstallTrap lost) {
        boolean there = traps.views().stream().anyMatch(trap -> trap.connection().equals(lost.connection())
                && trap.child().name().equals(lost.child()));
        if (!there) {
            find(lost).ifPresent(child -> install(lost, child));
        }
    }

    private void install(Effect.InstallTrap lost, ChildConfig child) {
        traps.install(connections.get(lost.connection()), child).ifPresentOrElse(
                reason -> LOG.warn("installing policy '{}' failed: {}", lost.child(), reason),
                () -> installed.add(lost));
    }

    private Optional<ChildConfig> find(Effect.InstallTrap trap) {
        return Optional.ofNullable(connections.get(trap.connection()))
                .flatMap(connection -> connection.child(trap.child()));
    }
}
