package dev.keylane.daemon.kernel;

import dev.keylane.daemon.offload.Abilities;
import dev.keylane.daemon.offload.DeviceAbilities;
import dev.keylane.daemon.offload.DeviceIdentity;
import dev.keylane.daemon.offload.Probing;
import dev.keylane.ethtool.Ethtool;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.sa.Event;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The devices of which the configuration wants IPsec. They are tried when it is loaded, so that it is known before anybody
 * asks, and again when a link or a card has changed. Who wants to know what they can do waits for a slow one for
 * {@link #PATIENCE}, and then takes it at its word.
 */
final class OffloadDevices implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final Probing probing;
    private final DeviceAbilities abilities;
    private final PacketLimits limits;
    private final List<Waiting> waiting = new ArrayList<>();
    private Set<Connection> loaded = Set.of();
    private Instant due = Instant.MAX;
    private Instant latest = Instant.MAX;

    /** What may be said of a connection's devices now. */
    private sealed interface Knowledge {
        /** They have been tried, or are not waited for any more. */
        record Known() implements Knowledge {
        }

        /** @param until how long to wait for their answers at the most */
        record Trying(Set<String> devices, Instant until) implements Knowledge {
        }
    }

    private record Waiting(Knowledge.Trying of, Supplier<List<Event>> then) {
    }

    OffloadDevices(Probing probing, DeviceAbilities abilities, PacketLimits limits) {
        this.probing = probing;
        this.abilities = abilities;
        this.limits = limits;
    }

    /** @param told hears of what was tried */
    static OffloadDevices of(HostNetwork network, Probing probing, Consumer<Abilities> told) {
        DeviceAbilities abilities = new DeviceAbilities(probing, device -> DeviceIdentity.of(Ethtool.LINUX, device),
                steady(), told);
        return new OffloadDevices(probing, abilities, new PacketLimits(network, abilities));
    }

    /** That of the machine may be set. */
    private static InstantSource steady() {
        Instant start = Instant.now();
        long nanos = System.nanoTime();
        return () -> start.plusNanos(System.nanoTime() - nanos);
    }

    DeviceAbilities abilities() {
        return abilities;
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
        if (!isWanted()) {
            abilities.leaveOff();
        }
        devices(fresh).forEach(abilities::of);
        fresh.forEach(connection -> whenKnown(connection, Instant.MAX, () -> {
            warn(connection);
            return List.of();
        }));
    }

    private void warn(Connection connection) {
        connection.children().forEach(child -> limits.reasonAgainst(connection, child)
                .ifPresent(reason -> LOG.warn("connections.{}.{}: its SAs will not come up", connection.name(), reason)));
    }

    /**
     * Goes on when it is known what the devices of a connection can do: at once, if they have been tried. One that has said no
     * to one of its children some time ago is tried again first.
     *
     * @param now never to wait as long as it takes
     * @return what it answers at once; nothing when that comes with {@link #onTime}
     */
    List<Event> whenKnown(Connection connection, Instant now, Supplier<List<Event>> then) {
        return switch (look(connection, now)) {
            case Knowledge.Known _ -> then.get();
            case Knowledge.Trying trying -> {
                waiting.add(new Waiting(trying, then));
                yield List.of();
            }
        };
    }

    /** As {@link #whenKnown}, for others than the core: whether it is known, or else is told later. */
    boolean know(Connection connection, Instant now, Runnable later) {
        return switch (look(connection, now)) {
            case Knowledge.Known _ -> true;
            case Knowledge.Trying trying -> {
                waiting.add(new Waiting(trying, () -> {
                    later.run();
                    return List.of();
                }));
                yield false;
            }
        };
    }

    private Knowledge look(Connection connection, Instant now) {
        connection.children().forEach(child -> limits.reasonAgainst(connection, child));
        Set<String> devices = devices(List.of(connection));
        Optional<Duration> longest = devices.stream().map(abilities::tryingFor).flatMap(Optional::stream).max(Duration::compareTo);
        boolean inVain = longest.filter(it -> it.compareTo(PATIENCE) >= 0).isPresent() && !now.equals(Instant.MAX);
        return longest.isEmpty() || inVain ? new Knowledge.Known()
                : new Knowledge.Trying(devices, now.equals(Instant.MAX) ? now : now.plus(PATIENCE.minus(longest.get())));
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

    /** A link may flap, and a card be set up in many steps; but other links may come up all the time, as those of containers do. */
    private void tryAgain(Instant now) {
        latest = due.equals(Instant.MAX) ? now.plus(SETTLED) : latest;
        Instant soon = now.plus(SETTLING);
        due = !isWanted() ? Instant.MAX : soon.isBefore(latest) ? soon : latest;
    }

    private boolean isWanted() {
        return loaded.stream().anyMatch(connection -> connection.children().stream().anyMatch(OffloadDevices::asks));
    }

    Optional<Instant> nextTimeout() {
        return Stream.concat(waiting.stream().map(one -> one.of().until()), Stream.of(due))
                .filter(at -> !at.equals(Instant.MAX)).min(Instant::compareTo);
    }

    /** Also to be called when a device has answered. */
    List<Event> onTime(Instant now) {
        if (!due.isAfter(now)) {
            due = Instant.MAX;
            devices(loaded).forEach(abilities::refresh);
        }
        List<Waiting> ready = waiting.stream().filter(one -> !one.of().until().isAfter(now)
                || one.of().devices().stream().allMatch(device -> abilities.tryingFor(device).isEmpty())).toList();
        waiting.removeAll(ready);
        return ready.stream().flatMap(one -> one.then().get().stream()).toList();
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

    void answerTo(Executor asker) {
        probing.answerTo(asker);
    }

    /** Nothing of what is being tried is left. */
    @Override
    public void close() {
        probing.close();
    }

    private static final Duration SETTLING = Duration.ofSeconds(1);
    /** At the most. */
    private static final Duration SETTLED = Duration.ofSeconds(5);
    static final Duration PATIENCE = Duration.ofSeconds(1);
}
