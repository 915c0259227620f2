package dev.keylane.xfrm.software;

import dev.keylane.xfrm.SaSpec;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Acquires that wait. Readers take no lock; whoever adds or removes holds the tables' lock. */
final class Larvals {
    private final ConcurrentHashMap<Larval.Key, Waiting> waiting = new ConcurrentHashMap<>();
    private int lastSeq;

    private record Waiting(Larval larval, Timers.Timer expiry) {
    }

    boolean isPending(Larval.Key key) {
        return waiting.containsKey(key);
    }

    boolean isFull() {
        return waiting.size() >= MAX_LARVALS;
    }

    /** A new larval state, whose expiry {@code arm} starts. */
    Larval add(Larval.Key key, Function<Larval, Timers.Timer> arm) {
        Larval larval = new Larval(key, nextSeq());
        waiting.put(key, new Waiting(larval, arm.apply(larval)));
        return larval;
    }

    /** Whether it was there still. */
    boolean remove(Larval larval) {
        Waiting found = waiting.get(larval.key());
        if (found == null || found.larval() != larval) {
            return false;
        }
        waiting.remove(larval.key());
        found.expiry().cancel();
        return true;
    }

    /** Removes what a new state answers. */
    void answer(SaSpec sa) {
        for (Larval larval : all()) {
            if (larval.isAnsweredBy(sa)) {
                remove(larval);
            }
        }
    }

    List<Larval> all() {
        return waiting.values().stream().map(Waiting::larval).toList();
    }

    private int nextSeq() {
        lastSeq = lastSeq + 1 == 0 ? 1 : lastSeq + 1;
        return lastSeq;
    }

    private static final int MAX_LARVALS = 4096;
}
