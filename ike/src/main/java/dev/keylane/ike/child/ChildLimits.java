package dev.keylane.ike.child;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.proposal.Proposal;
import java.util.List;
import java.util.Optional;

/** What this machine cannot hold of a child, known before its peer is asked for it, or answered. */
@FunctionalInterface
public interface ChildLimits {
    /** For machines that hold whatever is agreed on. */
    ChildLimits NONE = (_, _, _) -> Optional.empty();

    /**
     * @param local our address
     * @param udp   whether its packets would be in UDP, because of a NAT or as configured
     * @return why it could not be installed, a sentence for the operator; empty when it may be possible
     */
    Optional<String> against(ChildConfig config, IpAddress local, boolean udp);

    /** What of a configuration's proposals can be held here, in their order. */
    default List<Proposal> proposals(ChildConfig config, IpAddress local) {
        return config.proposals();
    }
}
