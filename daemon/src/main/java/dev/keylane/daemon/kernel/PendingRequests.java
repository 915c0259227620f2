package dev.keylane.daemon.kernel;

import dev.keylane.ike.child.Resource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Requests made to the core that have not come to their end; their numbers are negative. */
final class PendingRequests {
    private final Map<Long, Request> pending = new LinkedHashMap<>();
    private long last;

    /**
     * @param cpu the CPU it is for, or {@link Resource#UNBOUND}
     * @param seq of the acquire, 0 for none
     */
    record Request(LivePlan plan, int cpu, int seq) {
    }

    long add(LivePlan plan, int cpu, int seq) {
        pending.put(--last, new Request(plan, cpu, seq));
        return last;
    }

    Optional<Request> take(long number) {
        return Optional.ofNullable(pending.remove(number));
    }

    /**
     * The one that an SA with these marks answers. Those without an acquire have none, and end with the request itself.
     */
    Optional<Request> take(String connection, String child, int cpu, int seq) {
        return seq == 0 ? Optional.empty() : pending.entrySet().stream()
                .filter(entry -> entry.getValue().plan().key.isFor(connection, child)
                        && entry.getValue().seq() == seq
                        && (entry.getValue().cpu() == cpu || cpu == Resource.UNBOUND))
                .map(Map.Entry::getKey).findFirst().flatMap(this::take);
    }
}
