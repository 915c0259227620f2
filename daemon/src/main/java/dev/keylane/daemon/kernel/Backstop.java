package dev.keylane.daemon.kernel;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.xfrm.Mark;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.Selector.Port;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What stays when a device forgets its policies, which it does without a word when its link goes down: a software
 * policy beneath each, for the same packets, that lets none of them through. The kernel looks at offloaded policies
 * first, and what a device has decrypted at no other; so this one is met only by what would travel in the clear.
 */
final class Backstop {
    private Backstop() {
    }

    /**
     * None when the loss of the policy lets nothing through that it holds back, or when a single flow with a mark of all 32
     * bits leaves no name.
     *
     * @param from outer address, as {@code to}: between these hosts, neighbour discovery must go on, or IKE would not
     *             find its way to make the SA anew
     */
    static List<PolicySpec> beneath(PolicySpec policy, IpAddress from, IpAddress to) {
        boolean passes = policy.action() == PolicySpec.Action.ALLOW && policy.templates().isEmpty();
        if (policy.offload() == null || passes) {
            return List.of();
        }
        List<PolicySpec> beneath = new ArrayList<>();
        Selector selector = policy.id().selector();
        otherNames(policy.id()).forEach(name -> beneath.add(with(policy, name, PolicySpec.Action.BLOCK, BELOW_TRAPS)));
        boolean icmp = selector.protocol() == 0 || selector.protocol() == ICMPV6;
        if (!selector.isV4() && icmp && covers(selector, from, to)) {
            DISCOVERY.forEach(type -> beneath.add(with(policy, with(policy.id(), new Selector(from, from.bits(), to,
                            to.bits(), ICMPV6, Port.of(type), Port.ANY, selector.ifindex())), PolicySpec.Action.ALLOW,
                    BELOW_TRAPS - 1)));
        }
        return beneath;
    }

    private static PolicySpec with(PolicySpec policy, PolicyId name, PolicySpec.Action action, int below) {
        return new PolicySpec(name, action, policy.priority() + below, List.of(), false, null);
    }

    private static PolicyId with(PolicyId id, Selector selector) {
        return new PolicyId(selector, id.direction(), id.mark(), id.ifId());
    }

    private static boolean covers(Selector selector, IpAddress from, IpAddress to) {
        return from.isWithin(selector.source(), selector.sourcePrefix())
                && to.isWithin(selector.destination(), selector.destinationPrefix());
    }

    /**
     * The kernel has one policy a selector and mark, be it offloaded or not, and compares both octet by octet: a port
     * outside its mask makes another one that means the same packets. A single flow leaves no such port; its packets are
     * divided by a bit of their mark that the policy does not look at.
     */
    private static List<PolicyId> otherNames(PolicyId id) {
        Selector s = id.selector();
        Optional<Port> source = otherName(s.sourcePort());
        Optional<Port> destination = source.isPresent() ? Optional.empty() : otherName(s.destinationPort());
        if (source.isEmpty() && destination.isEmpty()) {
            return byMark(id);
        }
        return List.of(with(id, new Selector(s.source(), s.sourcePrefix(), s.destination(), s.destinationPrefix(),
                s.protocol(), source.orElse(s.sourcePort()), destination.orElse(s.destinationPort()), s.ifindex())));
    }

    private static List<PolicyId> byMark(PolicyId id) {
        Mark mark = id.mark();
        int bit = Integer.lowestOneBit(~mark.mask());
        return bit == 0 ? List.of() : Stream.of(mark.value() & ~bit, mark.value() | bit)
                .map(value -> new PolicyId(id.selector(), id.direction(), new Mark(value, mark.mask() | bit), id.ifId()))
                .toList();
    }

    private static Optional<Port> otherName(Port port) {
        int free = ~port.mask() & WHOLE;
        return free == 0 ? Optional.empty()
                : Optional.of(new Port(port.value() ^ Integer.lowestOneBit(free), port.mask()));
    }

    /** A trap of the same packets in software comes before it: that asks for an SA. */
    private static final int BELOW_TRAPS = 2;
    private static final int WHOLE = 0xffff;
    private static final int ICMPV6 = 58;
    /** RFC 4861: solicitations and advertisements of neighbours; the kernel's selectors have types where ports are. */
    private static final List<Integer> DISCOVERY = List.of(135, 136);
}
