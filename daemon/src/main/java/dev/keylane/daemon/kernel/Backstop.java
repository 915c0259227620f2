package dev.keylane.daemon.kernel;

import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.Selector.Port;
import java.util.List;
import java.util.Optional;

/**
 * What stays when a device forgets its policies, which it does without a word when its link goes down: a software policy
 * beneath each, for the same packets, that lets none of them through. The kernel looks at offloaded policies first, and
 * what a device has decrypted at no other; so this one is met only by what would travel in the clear.
 */
final class Backstop {
    private Backstop() {
    }

    /** Empty when the loss of the policy lets nothing through that it holds back, or when a single flow leaves no name. */
    static Optional<PolicySpec> beneath(PolicySpec policy) {
        boolean passes = policy.action() == PolicySpec.Action.ALLOW && policy.templates().isEmpty();
        if (policy.offload() == null || passes) {
            return Optional.empty();
        }
        PolicyId id = policy.id();
        return otherName(id.selector()).map(selector -> new PolicySpec(
                new PolicyId(selector, id.direction(), id.mark(), id.ifId()), PolicySpec.Action.BLOCK,
                policy.priority() + BELOW_TRAPS, List.of(), false, null));
    }

    /**
     * The kernel has one policy a selector, be it offloaded or not, and compares selectors octet by octet: a port outside
     * its mask makes another one that means the same packets.
     */
    private static Optional<Selector> otherName(Selector s) {
        Optional<Port> source = otherName(s.sourcePort());
        Optional<Port> destination = source.isPresent() ? Optional.empty() : otherName(s.destinationPort());
        if (source.isEmpty() && destination.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Selector(s.source(), s.sourcePrefix(), s.destination(), s.destinationPrefix(), s.protocol(),
                source.orElse(s.sourcePort()), destination.orElse(s.destinationPort()), s.ifindex()));
    }

    private static Optional<Port> otherName(Port port) {
        int free = ~port.mask() & WHOLE;
        return free == 0 ? Optional.empty()
                : Optional.of(new Port(port.value() ^ Integer.lowestOneBit(free), port.mask()));
    }

    /** A trap of the same packets in software comes before it: that asks for an SA. */
    private static final int BELOW_TRAPS = 2;
    private static final int WHOLE = 0xffff;
}
