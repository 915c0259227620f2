package dev.keylane.daemon.link;

import dev.keylane.daemon.kernel.LinkChange;
import dev.keylane.daemon.kernel.LinkChange.Keys;
import dev.keylane.daemon.kernel.LinkChange.State;
import dev.keylane.rtnetlink.Links.Link;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is known of each device, and what has changed since somebody asked. Written by one thread, taken by another, so
 * every method holds the lock.
 */
final class LinkHistory {
    private final Map<Integer, Known> known = new HashMap<>();
    private final Map<Integer, LinkChange> changes = new LinkedHashMap<>();

    /** @param names it has had and no other device has now, the one it has included */
    private record Known(Set<String> names, State state) {
    }

    /** @return whether this is the first change since the last {@link #take} */
    synchronized boolean is(Link link) {
        return add(link.index(), link, false);
    }

    synchronized boolean gone(int index) {
        Known before = known.remove(index);
        return before != null && change(index, new LinkChange(before.names(), State.GONE, Keys.LOST));
    }

    /** @param doubtful whether what was told before may be incomplete */
    synchronized boolean are(List<Link> all, boolean doubtful) {
        boolean first = false;
        for (Link link : all) {
            first |= add(link.index(), link, doubtful);
        }
        Set<Integer> there = all.stream().map(Link::index).collect(Collectors.toSet());
        for (int index : new HashSet<>(known.keySet())) {
            first |= !there.contains(index) && gone(index);
        }
        return first;
    }

    /** Those since the last time, the oldest first. */
    synchronized List<LinkChange> take() {
        List<LinkChange> taken = new ArrayList<>(changes.values());
        changes.clear();
        return taken;
    }

    private boolean add(int index, Link link, boolean doubtful) {
        State state = !link.up() ? State.DOWN : link.running() ? State.UP : State.NO_CARRIER;
        Known before = known.get(index);
        Set<String> names = new LinkedHashSet<>(before == null ? Set.of() : before.names());
        boolean fresh = names.add(link.name());
        boolean renamed = fresh && before != null;
        boolean heir = fresh && takeFromOthers(link.name());
        known.put(index, new Known(names, state));
        Keys keys = state == State.DOWN && (before == null || before.state() != State.DOWN) ? Keys.LOST
                : doubtful || heir ? Keys.UNKNOWN : Keys.KEPT;
        boolean news = before == null || before.state() != state || renamed || keys != Keys.KEPT;
        return news && change(index, new LinkChange(names, state, keys));
    }

    /**
     * A name is of the device that has it now: what becomes of the one that had it before is nothing to those who use this.
     *
     * @return whether keys are remembered by this name that the other one has lost, and nobody has been told
     */
    private boolean takeFromOthers(String name) {
        boolean lost = false;
        for (Map.Entry<Integer, Known> other : known.entrySet()) {
            if (other.getValue().names().contains(name)) {
                other.setValue(new Known(without(name, other.getValue().names()), other.getValue().state()));
                LinkChange untold = changes.get(other.getKey());
                if (untold != null) {
                    lost |= untold.keys() != Keys.KEPT;
                    changes.put(other.getKey(), new LinkChange(without(name, untold.names()), untold.state(),
                            untold.keys()));
                }
            }
        }
        return lost;
    }

    private static Set<String> without(String name, Set<String> names) {
        Set<String> left = new LinkedHashSet<>(names);
        left.remove(name);
        return left;
    }

    private boolean change(int index, LinkChange change) {
        boolean first = changes.isEmpty();
        changes.merge(index, change, LinkChange::then);
        return first;
    }
}
