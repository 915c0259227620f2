package dev.keylane.daemon.kernel;

import dev.keylane.ike.net.IpAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The plans there are, found by what they are about and by the children that are up: a peer's address may change. */
final class LivePlans {
    private final Map<PlanKey, LivePlan> byKey = new LinkedHashMap<>();
    private final Map<Long, LivePlan> byChild = new HashMap<>();

    LivePlan at(PlanKey key, Function<PlanKey, LivePlan> fresh) {
        return byKey.computeIfAbsent(key, fresh);
    }

    Optional<LivePlan> ofChild(long child) {
        return Optional.ofNullable(byChild.get(child));
    }

    List<LivePlan> all() {
        return List.copyOf(byKey.values());
    }

    void up(LivePlan plan, InstalledChild child, boolean half) {
        plan.up(child, half);
        byChild.put(child.child().id(), plan);
    }

    void down(LivePlan plan, long child) {
        plan.down(child);
        byChild.remove(child, plan);
    }

    /**
     * Lets a plan be about its peer's new address, if it is about these children alone.
     *
     * @return false when some stay where they are, or there is a plan for that address
     */
    boolean move(LivePlan plan, IpAddress peer, Set<Long> children) {
        PlanKey to = plan.key.at(peer);
        if (plan.key.equals(to)) {
            return true;
        }
        if (byKey.containsKey(to) || !plan.isOnlyOf(children)) {
            return false;
        }
        byKey.remove(plan.key);
        plan.key = to;
        byKey.put(to, plan);
        return true;
    }

    void forget(LivePlan plan) {
        byKey.remove(plan.key, plan);
    }
}
