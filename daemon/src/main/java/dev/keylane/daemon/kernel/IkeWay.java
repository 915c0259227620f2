package dev.keylane.daemon.kernel;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicyId.Direction;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.Selector.Port;
import dev.keylane.xfrm.Template;
import java.util.ArrayList;
import java.util.List;

/**
 * Two hosts whose IKE has to pass beside policies of a device, and the policies that let it.
 *
 * @param wide whether the policy means more than these two hosts, such as groups
 */
record IkeWay(String device, IpAddress local, IpAddress remote, boolean wide) {
    /**
     * Between whom it would be locked in: a policy that means what the two ends of its own SA say to each other by IKE.
     *
     * @param ports ours, of IKE
     */
    static List<IkeWay> needed(PolicySpec policy, List<Integer> ports) {
        SaSpec.Offload offload = policy.offload();
        Selector selector = policy.id().selector();
        boolean out = policy.id().direction() == Direction.OUT;
        Port ours = out ? selector.sourcePort() : selector.destinationPort();
        boolean udp = selector.protocol() == 0 || selector.protocol() == UDP;
        if (offload == null || !udp || ports.stream().noneMatch(ours::matches)) {
            return List.of();
        }
        return policy.templates().stream().filter(ends ->
                ends.source().isWithin(selector.source(), selector.sourcePrefix())
                        && ends.destination().isWithin(selector.destination(), selector.destinationPrefix()))
                .map(ends -> of(offload.device(), policy, ends)).toList();
    }

    private static IkeWay of(String device, PolicySpec policy, Template ends) {
        Selector selector = policy.id().selector();
        boolean out = policy.id().direction() == Direction.OUT;
        int bits = selector.source().bits();
        return new IkeWay(device, out ? ends.source() : ends.destination(), out ? ends.destination() : ends.source(),
                selector.sourcePrefix() < bits || selector.destinationPrefix() < bits);
    }

    List<PolicySpec> ike(List<Integer> ports, int ifindex) {
        List<PolicySpec> policies = new ArrayList<>();
        for (int port : ports) {
            policies.add(allow(Direction.OUT, hosts(local, remote, UDP, Port.of(port), Port.ANY, ifindex)));
            policies.add(allow(Direction.IN, hosts(remote, local, UDP, Port.ANY, Port.of(port), ifindex)));
        }
        return policies;
    }

    /** Of ICMPv6 no more than that: its errors quote what policies encrypt. */
    List<PolicySpec> solicitations(int ifindex) {
        List<PolicySpec> policies = new ArrayList<>();
        for (int each : DISCOVERY) {
            Port type = Port.of(each);
            policies.add(allow(Direction.OUT, hosts(local, remote, ICMPV6, type, Port.ANY, ifindex)));
            policies.add(allow(Direction.IN, hosts(remote, local, ICMPV6, type, Port.ANY, ifindex)));
            if (wide) {
                policies.addAll(linkLocal(ICMPV6, type, ifindex));
            }
        }
        return policies;
    }

    /** All that goes to groups and between link-local addresses. */
    List<PolicySpec> linkLocal(int ifindex) {
        return linkLocal(0, Port.ANY, ifindex);
    }

    private List<PolicySpec> linkLocal(int protocol, Port type, int ifindex) {
        IpAddress any = IpAddress.ANY_V6;
        List<PolicySpec> policies = new ArrayList<>();
        for (Direction direction : List.of(Direction.OUT, Direction.IN)) {
            policies.add(allow(direction, new Selector(any, 0, GROUPS, GROUPS_PREFIX, protocol, type, Port.ANY, ifindex)));
            policies.add(allow(direction,
                    new Selector(LINK_LOCAL, LINK_LOCAL_PREFIX, any, 0, protocol, type, Port.ANY, ifindex)));
            policies.add(allow(direction,
                    new Selector(any, 0, LINK_LOCAL, LINK_LOCAL_PREFIX, protocol, type, Port.ANY, ifindex)));
        }
        return policies;
    }

    private static Selector hosts(IpAddress from, IpAddress to, int protocol, Port source, Port destination, int ifindex) {
        return new Selector(from, from.bits(), to, to.bits(), protocol, source, destination, ifindex);
    }

    private PolicySpec allow(Direction direction, Selector selector) {
        return new PolicySpec(PolicyId.of(selector, direction), PolicySpec.Action.ALLOW, PRIORITY, List.of(), false,
                new SaSpec.Offload(device, true));
    }

    /** The least but 0, which devices without priorities take for none. */
    private static final int PRIORITY = 1;
    private static final int UDP = 17;
    private static final int ICMPV6 = 58;
    /** RFC 4861: solicitations and advertisements of neighbours; the kernel's selectors have types where ports are. */
    private static final List<Integer> DISCOVERY = List.of(135, 136);
    private static final IpAddress GROUPS = IpAddress.of("ff02::");
    private static final int GROUPS_PREFIX = 16;
    private static final IpAddress LINK_LOCAL = IpAddress.of("fe80::");
    private static final int LINK_LOCAL_PREFIX = 10;
}
