package dev.keylane.pcpu;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** CPUs that are gone and keep their SAs for a moment: they may come back, and packets for them are under way. */
final class Departures {
    private final Duration stay;
    private final Map<Integer, Instant> leaving = new TreeMap<>();

    Departures(Duration stay) {
        this.stay = stay;
    }

    /**
     * @param covered CPUs that have SAs
     * @param present CPUs there are; empty means that SAs are not for CPUs any more, and then they stay
     */
    void compare(Set<Integer> covered, CpuSet present, Instant now) {
        leaving.keySet().removeIf(cpu -> present.isEmpty() || present.contains(cpu) || !covered.contains(cpu));
        for (int cpu : covered) {
            if (!present.isEmpty() && !present.contains(cpu)) {
                leaving.putIfAbsent(cpu, now.plus(stay));
            }
        }
    }

    /** Those whose time is over. */
    List<Integer> takeDue(Instant now) {
        List<Integer> due = leaving.entrySet().stream().filter(entry -> !now.isBefore(entry.getValue()))
                .map(Map.Entry::getKey).toList();
        due.forEach(leaving::remove);
        return due;
    }

    Optional<Instant> next() {
        return leaving.values().stream().min(Comparator.naturalOrder());
    }
}
