package dev.keylane.daemon.kernel;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Resource;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/** Children whose outbound SA has been installed, those that replace one another together and the oldest first. */
final class Senders {
    private final Map<Served, NavigableSet<Long>> ids = new HashMap<>();

    /** What children that replace one another have in common. */
    private record Served(PlanKey key, Resource resource) {
        static Served by(ChildSa child) {
            return new Served(PlanKey.of(child), child.resource());
        }
    }

    void add(ChildSa child) {
        ids.computeIfAbsent(Served.by(child), _ -> new TreeSet<>()).add(child.id());
    }

    void remove(ChildSa child) {
        ids.computeIfPresent(Served.by(child), (_, same) -> same.remove(child.id()) && same.isEmpty() ? null : same);
    }

    /** All that are for what this child is for. */
    NavigableSet<Long> like(ChildSa child) {
        return ids.getOrDefault(Served.by(child), NONE);
    }

    NavigableSet<Long> younger(long id, PlanKey key, Resource resource) {
        return ids.getOrDefault(new Served(key, resource), NONE).tailSet(id, false);
    }

    private static final NavigableSet<Long> NONE = Collections.unmodifiableNavigableSet(new TreeSet<>());
}
