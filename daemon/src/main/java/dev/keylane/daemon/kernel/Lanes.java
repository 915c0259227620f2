package dev.keylane.daemon.kernel;

import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.PerCpuOptions;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.Selector.Port;
import dev.keylane.xfrm.Template;
import java.util.List;
import java.util.stream.Stream;

/**
 * A child's outbound flows, divided by the low bits of their source port. A NIC with packet offload finds the SA of a
 * packet by the reqid of its policy, whatever CPU sends, so each lane has a reqid and outbound policies of its own. Lane 0
 * has not: its are the flows that no other policy takes, and it takes those of lanes whose SA is missing, too.
 *
 * @param count a power of two; 1 when nothing is divided
 */
record Lanes(int count) {
    static final Lanes NONE = new Lanes(1);

    Lanes {
        if (Integer.bitCount(count) != 1 || count > PerCpuOptions.MOST_LANES) {
            throw new IllegalArgumentException(count + " lanes");
        }
    }

    /** As many as this many queues can take, at the most. */
    static Lanes upTo(int queues) {
        return new Lanes(Integer.highestOneBit(Math.clamp(queues, 1, PerCpuOptions.MOST_LANES)));
    }

    boolean isDivided() {
        return count > 1;
    }

    /** Those with an SA beside the one for all. */
    CpuSet beside() {
        return CpuSet.first(count).without(CpuSet.of(0));
    }

    /** Whether an SA of this resource has a lane of its own. */
    boolean serves(Resource resource) {
        return resource.cpu() > 0 && resource.cpu() < count;
    }

    /** Whether the kernel's selectors can tell flows of this policy by their source port. */
    static boolean canDivide(PolicySpec whole) {
        Selector selector = whole.id().selector();
        return whole.id().direction() == PolicyId.Direction.OUT && !whole.templates().isEmpty()
                && selector.sourcePort().mask() == 0 && !protocols(selector).isEmpty();
    }

    /**
     * The policies that take a lane's flows out of these.
     *
     * @param reqid the lane's
     */
    List<PolicySpec> policies(List<PolicySpec> whole, int lane, int reqid) {
        return whole.stream().filter(Lanes::canDivide)
                .flatMap(policy -> protocols(policy.id().selector()).stream()
                        .map(protocol -> part(policy, protocol, new Port(lane, count - 1), reqid)))
                .toList();
    }

    /**
     * A lane goes just before the policy it is taken from: it must not go before the policies of other children that mean
     * fewer packets than that.
     */
    private static PolicySpec part(PolicySpec whole, int protocol, Port source, int reqid) {
        PolicyId id = whole.id();
        Selector s = id.selector();
        Selector selector = new Selector(s.source(), s.sourcePrefix(), s.destination(), s.destinationPrefix(), protocol,
                source, s.destinationPort(), s.ifindex());
        List<Template> templates = whole.templates().stream().map(t ->
                new Template(t.source(), t.destination(), t.mode(), reqid, t.optional())).toList();
        return new PolicySpec(new PolicyId(selector, id.direction(), id.mark(), id.ifId()), whole.action(),
                whole.priority() - 1, templates, false, whole.offload());
    }

    /** NICs know no others. */
    private static List<Integer> protocols(Selector selector) {
        return selector.protocol() == 0 ? List.of(UDP, TCP)
                : Stream.of(UDP, TCP).filter(known -> known == selector.protocol()).toList();
    }

    private static final int TCP = 6;
    private static final int UDP = 17;
}
