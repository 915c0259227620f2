package dev.keylane.daemon.kernel;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.xfrm.PolicyId;
import java.util.List;

/**
 * A Child SA that is in the kernel.
 *
 * @param outbound its outbound policies, which it may share
 */
record InstalledChild(ChildSa child, int reqid, SaPair pair, List<PolicyId> outbound) {
    InstalledChild {
        outbound = List.copyOf(outbound);
    }

    PolicyOwner owner() {
        return new PolicyOwner(child.id(), false, child.connection(), child.name());
    }

    /** Whether the NIC chooses the state, which it does without regard to CPUs. */
    boolean packetOffload() {
        return pair.out().offload() != null && pair.out().offload().packet();
    }
}
