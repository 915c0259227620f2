package dev.keylane.xfrm.software;

import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.software.packet.Flow;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The policies, by priority and then by age. Readers take no lock; whoever adds or removes holds the tables' lock.
 */
final class Spd {
    private final Map<PolicyId, Policy> byId = new LinkedHashMap<>();
    private final OpenBacklogs open = new OpenBacklogs();
    private final int backlogLimit;
    private int installed;
    private volatile PolicyTree[] ordered;

    Spd(int backlogLimit) {
        this.backlogLimit = backlogLimit;
        PolicyTree[] none = new PolicyTree[PolicyId.Direction.values().length];
        Arrays.fill(none, PolicyTree.EMPTY);
        this.ordered = none;
    }

    /** The policy that decides about a packet. */
    @Nullable Policy find(PolicyId.Direction direction, Flow flow) {
        return ordered[direction.ordinal()].find(flow);
    }

    @Nullable Policy get(PolicyId id) {
        return byId.get(id);
    }

    /** Installs a policy, or replaces the one of its name, which keeps its index and its waiting packets. */
    void put(PolicySpec spec) {
        Policy old = byId.get(spec.id());
        Policy fresh = old == null ? first(spec) : new Policy(spec, old.index(), old.order(), old.backlog());
        byId.put(spec.id(), fresh);
        PolicyTree tree = ordered[spec.id().direction().ordinal()];
        publish(spec.id().direction(), (old == null ? tree : tree.without(old)).with(fresh));
    }

    private Policy first(PolicySpec spec) {
        installed++;
        // Linux keeps the direction in the lowest three bits.
        int index = installed << 3 | spec.id().direction().ordinal();
        return new Policy(spec, index, installed, new Backlog(backlogLimit, installed, open));
    }

    @Nullable Policy remove(PolicyId id) {
        Policy gone = byId.remove(id);
        if (gone != null) {
            publish(id.direction(), ordered[id.direction().ordinal()].without(gone));
        }
        return gone;
    }

    /** In the order of installation. */
    List<Policy> all() {
        return List.copyOf(byId.values());
    }

    /** Those of policies whose packets wait. */
    Collection<Backlog> waiting() {
        return open.all();
    }

    private void publish(PolicyId.Direction direction, PolicyTree tree) {
        PolicyTree[] next = ordered.clone();
        next[direction.ordinal()] = tree;
        ordered = next;
    }
}
