package dev.keylane.daemon.kernel;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaInfo;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an earlier run of the daemon has left of one child at one peer, and what goes on carrying packets. Without a peer:
 * the policies of all PASS and DROP children.
 *
 * @param names those that the number of the SAs stands for; more than one when several children are configured to share it
 * @param out   SAs that send
 */
record Legacy(PolicyOwner owner, Set<ChildName> names, int reqid, @Nullable IpAddress peer, List<SaInfo> out,
              List<SaInfo> in, List<PolicySpec> policies) {
    Legacy {
        names = Set.copyOf(names);
        out = List.copyOf(out);
        in = List.copyOf(in);
        policies = List.copyOf(policies);
    }

    boolean isShunt() {
        return peer == null;
    }

    /** Whether it is a lane: SAs that its own policies send some flows over. */
    boolean isLane() {
        return in.isEmpty() && !policies.isEmpty()
                && policies.stream().allMatch(policy -> policy.id().direction() == PolicyId.Direction.OUT);
    }

    /** How many SAs each device has, by the empty name those that Linux has by itself. */
    Map<String, Long> devices() {
        return Stream.concat(out.stream(), in.stream())
                .collect(Collectors.groupingBy(sa -> Owned.device(sa.offload()), Collectors.counting()));
    }

    int sas() {
        return out.size() + in.size();
    }

    /** Whether the same packets go there, or none do any more: others have had its policies since. */
    boolean isReplacedBy(Collection<PolicyId> outbound) {
        return policies.isEmpty() || policies.stream().anyMatch(policy -> outbound.contains(policy.id()));
    }

    boolean isAt(IpAddress address) {
        return address.equals(peer);
    }

    Legacy without(Collection<SaId> gone) {
        return new Legacy(owner, names, reqid, peer, out.stream().filter(sa -> !gone.contains(sa.id())).toList(),
                in.stream().filter(sa -> !gone.contains(sa.id())).toList(), policies);
    }
}
