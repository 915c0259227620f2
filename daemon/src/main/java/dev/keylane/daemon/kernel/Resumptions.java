package dev.keylane.daemon.kernel;

import dev.keylane.ike.child.Path;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Initiates children that run over SAs of an earlier run: a trap would wait for ever, as the traffic has its SAs. Those with
 * {@code start_action = start} begin by themselves; where the peer's address is not configured, it has to come to us.
 */
final class Resumptions {
    private static final Logger LOG = LoggerFactory.getLogger("CFG");

    private final EndpointSettings settings;
    private final HostNetwork network;
    private final Map<ChildName, Attempt> attempts = new LinkedHashMap<>();
    private final Map<Long, ChildName> underWay = new HashMap<>();
    private Map<String, Connection> connections = Map.of();
    /** Nothing is due before; what was may be under way by then. */
    private Instant earliest = Instant.MAX;
    private long last = Long.MIN_VALUE;

    /** @param at when the next one is due, MAX while one is under way */
    private record Attempt(Instant at, int failures) {
        Attempt failed(Instant now) {
            long seconds = Math.min(LONGEST.toSeconds(), FIRST.toSeconds() << Math.min(failures, MOST_DOUBLINGS));
            return new Attempt(now.plusSeconds(seconds), failures + 1);
        }
    }

    Resumptions(EndpointSettings settings, HostNetwork network) {
        this.settings = settings;
        this.network = network;
    }

    /** @param inherited children that have SAs of an earlier run alone */
    void use(PolicyBook inForce, Set<ChildName> inherited) {
        connections = inForce.connections().stream()
                .collect(Collectors.toMap(Connection::name, connection -> connection, (first, _) -> first));
        for (ChildName name : inherited) {
            if (!attempts.containsKey(name) && isOursToBegin(name)) {
                attempts.put(name, new Attempt(Instant.EPOCH, 0));
                earliest = Instant.EPOCH;
            }
        }
    }

    private boolean isOursToBegin(ChildName name) {
        Optional<ChildConfig> child = connection(name).flatMap(it -> it.child(name.child()));
        return child.isPresent() && !child.get().actions().startNow()
                && connection(name).flatMap(it -> it.endpoints().firstRemote()).isPresent();
    }

    private Optional<Connection> connection(ChildName name) {
        return Optional.ofNullable(connections.get(name.connection()));
    }

    Optional<Instant> next() {
        return Optional.of(earliest).filter(at -> !at.equals(Instant.MAX));
    }

    /**
     * No more at once than other things can wait for.
     *
     * @param inherited those that are still without new SAs
     */
    List<Event> onTime(Set<ChildName> inherited, Instant now) {
        attempts.keySet().removeIf(name -> !inherited.contains(name) || !isOursToBegin(name));
        List<Event> events = new ArrayList<>();
        attempts.entrySet().stream().filter(attempt -> !attempt.getValue().at().isAfter(now)).map(Map.Entry::getKey)
                .limit(AT_ONCE).toList().forEach(name -> begin(name, now).ifPresent(events::add));
        Instant next = attempts.values().stream().map(Attempt::at).min(Instant::compareTo).orElse(Instant.MAX);
        earliest = next.isAfter(now) ? next : now.plus(PACE);
        return events;
    }

    private Optional<Event> begin(ChildName name, Instant now) {
        Optional<Path> path = connection(name).flatMap(it -> InitialPath.of(it, settings, network));
        if (path.isEmpty()) {
            attempts.compute(name, (_, attempt) -> attempt.failed(now));
            LOG.warn("unable to initiate '{}': {}", name.child(), connection(name).map(InitialPath::reasonAgainst).orElse(""));
            return Optional.empty();
        }
        attempts.compute(name, (_, attempt) -> new Attempt(Instant.MAX, attempt.failures()));
        underWay.put(++last, name);
        LOG.info("initiating '{}', which has SAs of an earlier run", name.child());
        return Optional.of(new Event.Initiate(last, name.connection(), name.child(), path.get(), Event.Trigger.OPERATOR));
    }

    /** Others' requests have other numbers. */
    void requestDone(Effect.RequestDone done, Instant now) {
        ChildName name = underWay.remove(done.request());
        if (name != null && done.failure() != null) {
            Attempt again = attempts.computeIfPresent(name, (_, attempt) -> attempt.failed(now));
            earliest = again == null || earliest.isBefore(again.at()) ? earliest : again.at();
        }
    }

    private static final int AT_ONCE = 100;
    private static final Duration PACE = Duration.ofMillis(50);
    private static final Duration FIRST = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final int MOST_DOUBLINGS = 4;
}
