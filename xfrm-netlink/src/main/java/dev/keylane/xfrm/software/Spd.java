package dev.keylane.xfrm.software;

import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.software.packet.Flow;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The policies, by priority and then by age. Readers take no lock; whoever adds or removes holds the tables' lock.
 */
final class Spd {
    private final Map<PolicyId, Policy> byId = new LinkedHashMap<>();
    private final int backlogLimit;
    private int installed;
    private volatile Policy[][] ordered = new Policy[PolicyId.Direction.values().length][0];

    Spd(int backlogLimit) {
        this.backlogLimit = backlogLimit;
    }

    /** The policy that decides about a packet. */
    @Nullable Policy find(PolicyId.Direction direction, Flow flow) {
        for (Policy policy : ordered[direction.ordinal()]) {
            if (policy.matches(flow)) {
                return policy;
            }
        }
        return null;
    }

    @Nullable Policy get(PolicyId id) {
        return byId.get(id);
    }

    /** Installs a policy, or replaces the one of its name, which keeps its index and its waiting packets. */
    void put(PolicySpec spec) {
        Policy old = byId.get(spec.id());
        if (old == null) {
            installed++;
            // Linux keeps the direction in the lowest three bits.
            int index = installed << 3 | spec.id().direction().ordinal();
            byId.put(spec.id(), new Policy(spec, index, installed, new Backlog(backlogLimit)));
        } else {
            byId.put(spec.id(), new Policy(spec, old.index(), old.order(), old.backlog()));
        }
        publish(spec.id().direction());
    }

    @Nullable Policy remove(PolicyId id) {
        Policy gone = byId.remove(id);
        if (gone != null) {
            publish(id.direction());
        }
        return gone;
    }

    /** In the order of installation. */
    List<Policy> all() {
        return List.copyOf(byId.values());
    }

    /** Policies whose packets may wait. */
    Policy[] outbound() {
        return ordered[PolicyId.Direction.OUT.ordinal()];
    }

    private void publish(PolicyId.Direction direction) {
        Policy[][] next = ordered.clone();
        next[direction.ordinal()] = byId.values().stream()
                .filter(p -> p.spec().id().direction() == direction)
                .sorted(BY_PRIORITY)
                .toArray(Policy[]::new);
        ordered = next;
    }

    private static final Comparator<Policy> BY_PRIORITY =
            Comparator.<Policy>comparingLong(p -> Integer.toUnsignedLong(p.spec().priority()))
                    .thenComparingInt(Policy::order);
}
