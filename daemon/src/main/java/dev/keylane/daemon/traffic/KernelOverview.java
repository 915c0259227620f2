package dev.keylane.daemon.traffic;

import java.util.List;
import java.util.Map;

/**
 * What is known of the kernel without asking it.
 *
 * @param children by id, those that are installed
 * @param coverage of children with SAs per CPU or lane, as long as any of them is up or wanted
 */
public record KernelOverview(Map<Long, Placement> children, List<Coverage> coverage) {
    public static final KernelOverview NOTHING = new KernelOverview(Map.of(), List.of());

    public KernelOverview {
        children = Map.copyOf(children);
        coverage = List.copyOf(coverage);
    }

    public boolean isLane(long child) {
        return children.containsKey(child) && children.get(child).isLane();
    }
}
