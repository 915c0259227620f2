package dev.keylane.pcpu;

import dev.keylane.ike.child.Resource;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Which SAs of one child are up, by the resource they serve. */
final class Coverage {
    private final Map<Integer, Integer> perCpu = new TreeMap<>();
    private final Map<Integer, Instant> since = new TreeMap<>();
    private int fallbacks;
    private int ordinary;

    void up(Resource resource, Instant now) {
        since.put(resource.cpu(), now);
        if (resource.isBound()) {
            perCpu.merge(resource.cpu(), 1, Integer::sum);
        } else if (resource.perCpu()) {
            fallbacks++;
        } else {
            ordinary++;
        }
    }

    void down(Resource resource) {
        if (resource.isBound()) {
            perCpu.computeIfPresent(resource.cpu(), (cpu, count) -> count > 1 ? count - 1 : null);
        } else if (resource.perCpu()) {
            fallbacks = Math.max(0, fallbacks - 1);
        } else {
            ordinary = Math.max(0, ordinary - 1);
        }
    }

    boolean hasFallback() {
        return fallbacks > 0;
    }

    /** An SA of a peer without RFC 9611. */
    boolean hasOrdinary() {
        return ordinary > 0;
    }

    boolean servesAll() {
        return fallbacks + ordinary > 0;
    }

    boolean covers(int cpu) {
        return perCpu.containsKey(cpu);
    }

    /** Those of {@code cpus} without an SA of their own. */
    CpuSet lacking(CpuSet cpus) {
        return CpuSet.of(cpus.stream().filter(cpu -> !covers(cpu)).toArray());
    }

    /** The CPUs with an SA of their own. */
    Set<Integer> covered() {
        return Set.copyOf(perCpu.keySet());
    }

    /** How many CPUs have an SA of their own. */
    int cpus() {
        return perCpu.size();
    }

    int total() {
        return fallbacks + ordinary + perCpu.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** When the newest SA of a CPU (or of all of them) came up. */
    Instant since(int cpu) {
        return since.getOrDefault(cpu, Instant.MIN);
    }
}
