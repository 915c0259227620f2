package dev.keylane.daemon.kernel;

import dev.keylane.ike.child.Path;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
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

    /** Without a path, and so to be asked for again later, when there is none or its device will not do what it is to. */
    List<Event> initiate(Effect.Reinitiate wanted, Instant now) {
        Connection connection = connections.get(wanted.connection());
        return connection == null ? List.of(initiate(wanted, Optional.empty()))
                : devices.whenKnown(connection, now, () -> List.of(initiate(wanted, Optional.of(connection))));
    }

    private Event initiate(Effect.Reinitiate wanted, Optional<Connection> connection) {
        Optional<String> against = connection.flatMap(it -> against(it, wanted.child()));
        Optional<Path> path = connection.filter(_ -> against.isEmpty())
                .flatMap(it -> InitialPath.of(it, settings, network));
        if (path.isEmpty()) {
            LOG.warn(against.orElse("no address to initiate '" + wanted.child() + "' from or to"));
        }
        return new Event.Initiate(0, wanted.connection(), wanted.child(), path.orElse(null), Event.Trigger.OPERATOR);
    }

    private Optional<String> against(Connection connection, @Nullable String child) {
        return Optional.ofNullable(child).flatMap(connection::child).flatMap(it -> devices.limits().reasonAgainst(connection, it));
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
