package dev.keylane.daemon.kernel;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.xfrm.PolicyId;
import java.util.List;

/**
 * A Child SA that is in the kernel.
 *
 * @param reqid    that its configuration's SAs share; a lane sends by another one
 * @param outbound its outbound policies, which it may share; without those of its lane
 */
record InstalledChild(ChildSa child, int reqid, SaPair pair, List<PolicyId> outbound, Lanes lanes) {
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
