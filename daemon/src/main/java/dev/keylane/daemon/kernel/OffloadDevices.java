package dev.keylane.daemon.kernel;

import dev.keylane.daemon.offload.DeviceAbilities;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.policy.PolicyBook;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The devices of which the configuration wants IPsec. They are tried when it is loaded, so that it is known before anybody
 * asks, and again when a link or a card has changed.
 */
final class OffloadDevices {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final DeviceAbilities abilities;
    private final PacketLimits limits;
    private Set<Connection> loaded = Set.of();
    private Instant due = Instant.MAX;

    OffloadDevices(DeviceAbilities abilities, PacketLimits limits) {
        this.abilities = abilities;
        this.limits = limits;
    }

    PacketLimits limits() {
        return limits;
    }

    /** What is new in the configuration is looked at. */
    void use(PolicyBook book) {
        Set<Connection> now = Collections.newSetFromMap(new IdentityHashMap<>());
        now.addAll(book.connections());
        List<Connection> fresh = book.connections().stream().filter(connection -> !loaded.contains(connection)).toList();
        loaded = now;
        devices(fresh).forEach(abilities::of);
        fresh.forEach(connection -> connection.children().forEach(child -> limits.reasonAgainst(connection, child)
                .ifPresent(reason -> LOG.warn("connections.{}.{}: its SAs will not come up", connection.name(), reason))));
    }

    void onLink(LinkChange change, Instant now) {
        change.names().forEach(abilities::changed);
        if (change.state() == LinkChange.State.UP) {
            tryAgain(now);
        }
    }

    void onCard(CardChange change, Instant now) {
        abilities.changedAt(change.buses());
        tryAgain(now);
        if (!due.equals(Instant.MAX)) {
            LOG.info("cards {} were set otherwise: their devices are tried again", change.buses());
        }
    }

    /** A link may flap, and a card be set up in many steps. */
    private void tryAgain(Instant now) {
        boolean wanted = loaded.stream().anyMatch(connection -> connection.children().stream().anyMatch(OffloadDevices::asks));
        due = wanted ? now.plus(SETTLING) : Instant.MAX;
    }

    Optional<Instant> nextTimeout() {
        return due.equals(Instant.MAX) ? Optional.empty() : Optional.of(due);
    }

    void onTime(Instant now) {
        if (!due.isAfter(now)) {
            due = Instant.MAX;
            devices(loaded).forEach(abilities::refresh);
        }
    }

    /** Addresses may have moved, so that they are asked for anew. */
    private Set<String> devices(Collection<Connection> connections) {
        Set<PacketLimits.Where> places = new LinkedHashSet<>();
        connections.forEach(connection -> connection.children().stream().filter(OffloadDevices::asks)
                .forEach(child -> places.add(limits.where(connection, child))));
        return places.stream().map(limits::device).flatMap(Optional::stream).collect(Collectors.toSet());
    }

    private static boolean asks(ChildConfig child) {
        return child.kernel().offload() != HwOffload.NO && child.mode() != ChildConfig.Mode.DROP
                && child.mode() != ChildConfig.Mode.PASS;
    }

    private static final Duration SETTLING = Duration.ofSeconds(1);
}
