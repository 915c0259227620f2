package dev.keylane.pcpu;

import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.ResourceAssignment;
import dev.keylane.ike.policy.PerCpuOptions;
import java.util.List;

/**
 * A responder's choice: the first SA serves every CPU, each further one the CPU with the fewest, the lowest number among
 * equals. What we ask for ourselves at this moment counts for the choice, not for the limit.
 */
public final class FewestResource implements ResourceAssignment {
    private final CpuSet cpus;
    private final int limit;

    /**
     * @param limit SAs bound to a CPU at the most, for one child configuration of an IKE SA together with those of the
     *              peer's other IKE SAs that have the same selectors
     */
    public FewestResource(CpuSet cpus, int limit) {
        this.cpus = cpus;
        this.limit = limit;
    }

    /** RFC 9611 §5: accept at least twice as many SAs as there are resources, as rekeying doubles them. */
    public static FewestResource twiceThe(CpuSet cpus) {
        return new FewestResource(cpus, 2 * cpus.size());
    }

    /** Twice as many as we may ask for ourselves. */
    public static FewestResource of(CpuSet cpus, PerCpuOptions options) {
        return options.limit() == 0 ? twiceThe(cpus) : new FewestResource(cpus, 2 * options.limit());
    }

    @Override
    public Answer assign(Demand demand) {
        int bound = bound(demand.existing());
        // RFC 9611 §4: one SA must be usable by all resources, or those without one of their own drop packets.
        if (bound == demand.existing().size()) {
            return new Answer.Assigned(Resource.FALLBACK);
        }
        if (cpus.isEmpty() || bound + bound(demand.elsewhere()) >= limit) {
            return new Answer.QueueFull();
        }
        return new Answer.Assigned(Resource.cpu(fewest(demand)));
    }

    private static int bound(List<Resource> resources) {
        int bound = 0;
        for (Resource resource : resources) {
            bound += resource.isBound() ? 1 : 0;
        }
        return bound;
    }

    private int fewest(Demand demand) {
        int[] load = new int[cpus.last() + 1];
        count(demand.existing(), load);
        count(demand.elsewhere(), load);
        count(demand.asked(), load);
        int least = cpus.next(0);
        for (int cpu = least; cpu >= 0; cpu = cpus.next(cpu + 1)) {
            if (load[cpu] < load[least]) {
                least = cpu;
            }
        }
        return least;
    }

    private void count(List<Resource> resources, int[] load) {
        for (Resource resource : resources) {
            if (cpus.contains(resource.cpu())) {
                load[resource.cpu()]++;
            }
        }
    }
}
