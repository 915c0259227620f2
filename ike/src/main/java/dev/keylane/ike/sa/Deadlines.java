package dev.keylane.ike.sa;

import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** When something is due for which Child SA. */
final class Deadlines {
    private final Map<Long, Instant> byChild = new LinkedHashMap<>(0);

    void set(long child, Instant at) {
        byChild.put(child, at);
    }

    /** Answers whether anything was due for the child. */
    boolean remove(long child) {
        return byChild.remove(child) != null;
    }

    /** Takes one whose time has come. */
    OptionalLong takeDue(Instant now) {
        OptionalLong due = byChild.entrySet().stream().filter(entry -> !entry.getValue().isAfter(now))
                .mapToLong(Map.Entry::getKey).findFirst();
        due.ifPresent(byChild::remove);
        return due;
    }

    Optional<Instant> next() {
        return byChild.values().stream().min(Comparator.naturalOrder());
    }
}
