package dev.keylane.daemon.kernel;

import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.PolicyBook;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Traps and shunts that a device has forgotten: put back as soon as it can be used, for they have no keys. */
final class LostTraps {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final Traps traps;
    private final Map<Long, Lost> lost = new LinkedHashMap<>();
    private Map<String, Connection> connections = Map.of();

    /**
     * @param at   when it may be looked at next
     * @param told whether the log has said that it cannot be put back
     */
    private record Lost(TrapView view, Set<String> device, Instant at, boolean told) {
        Lost at(Instant time) {
            return new Lost(view, device, time, told);
        }
    }

    LostTraps(Traps traps) {
        this.traps = traps;
    }

    void use(PolicyBook book) {
        connections = book.connections().stream()
                .collect(Collectors.toMap(Connection::name, it -> it, (first, _) -> first));
    }

    Optional<Instant> nextTimeout() {
        return lost.values().stream().map(Lost::at).min(Instant::compareTo);
    }

    /** Something has changed: what was refused may be taken now. */
    void sinceNews(Instant now) {
        lost.replaceAll((_, trap) -> trap.at(now));
    }

    /** @param owners of the policies that this device had */
    void lost(Collection<PolicyOwner> owners, Set<String> device, Instant now) {
        for (TrapView view : traps.views()) {
            if (owners.stream().anyMatch(owner -> owner.trap() && owner.id() == view.id())) {
                lost.put(view.id(), new Lost(view, device, now, false));
            }
        }
    }

    /** Where a device is gone for good, a trap may come to be in software. */
    void restore(LinkTable.Look links, Instant now) {
        List<Lost> due = lost.values().stream().filter(each -> !each.at().isAfter(now)).toList();
        if (due.isEmpty()) {
            return;
        }
        Set<Long> standing = traps.views().stream().map(TrapView::id).collect(Collectors.toSet());
        lost.keySet().retainAll(standing);
        for (Lost trap : due) {
            if (standing.contains(trap.view().id())) {
                lost.put(trap.view().id(), trap.at(now.plus(LOOK)));
                if (mayReturn(trap, links)) {
                    restore(trap, now);
                }
            }
        }
    }

    private void restore(Lost trap, Instant now) {
        Connection connection = connections.get(trap.view().connection());
        Optional<String> failure = connection == null
                ? Optional.empty() : traps.restore(connection, trap.view().child());
        if (failure.isEmpty()) {
            lost.remove(trap.view().id());
        } else {
            tell(trap, failure.get(), now);
        }
    }

    private static boolean mayReturn(Lost trap, LinkTable.Look links) {
        return trap.device().stream().anyMatch(links::isUp) || trap.device().stream().noneMatch(links::exists);
    }

    private void tell(Lost trap, String reason, Instant now) {
        if (!trap.told()) {
            LOG.warn("policy '{}' cannot be put back yet: {}", trap.view().child().name(), reason);
            lost.put(trap.view().id(), new Lost(trap.view(), trap.device(), now.plus(LOOK), true));
        }
    }

    private static final Duration LOOK = Duration.ofSeconds(1);
}
