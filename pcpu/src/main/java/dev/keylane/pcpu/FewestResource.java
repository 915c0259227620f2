package dev.keylane.pcpu;

import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.ResourceAssignment;
import java.util.List;

/**
 * A responder's choice: the first SA serves every CPU, each further one the online CPU with the fewest, the lowest
 * number among equals.
 */
public final class FewestResource implements ResourceAssignment {
    private final CpuSet online;
    private final int limit;

    /**
     * @param limit SAs bound to a CPU at the most, for one child configuration and IKE SA
     */
    public FewestResource(CpuSet online, int limit) {
        this.online = online;
        this.limit = limit;
    }

    /** RFC 9611 §5: accept at least twice as many SAs as there are resources, as rekeying doubles them. */
    public static FewestResource twiceThe(CpuSet online) {
        return new FewestResource(online, 2 * online.size());
    }

    @Override
    public Answer assign(List<Resource> existing) {
        int bound = 0;
        for (Resource resource : existing) {
            bound += resource.isBound() ? 1 : 0;
        }
        // RFC 9611 §4: one SA must be usable by all resources, or those without one of their own drop packets.
        if (bound == existing.size()) {
            return new Answer.Assigned(Resource.FALLBACK);
        }
        if (online.isEmpty() || bound >= limit) {
            return new Answer.QueueFull();
        }
        return new Answer.Assigned(Resource.cpu(fewest(existing)));
    }

    private int fewest(List<Resource> existing) {
        int[] load = new int[online.last() + 1];
        for (Resource resource : existing) {
            if (online.contains(resource.cpu())) {
                load[resource.cpu()]++;
            }
        }
        int least = online.next(0);
        for (int cpu = least; cpu >= 0; cpu = online.next(cpu + 1)) {
            if (load[cpu] < load[least]) {
                least = cpu;
            }
        }
        return least;
    }
}
