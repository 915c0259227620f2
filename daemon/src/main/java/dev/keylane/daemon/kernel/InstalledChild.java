package dev.keylane.daemon.kernel;

import dev.keylane.daemon.offload.Grant;
import dev.keylane.daemon.offload.Rung;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.xfrm.PolicyId;
import java.util.List;

/**
 * A Child SA that is in the kernel.
 *
 * @param reqid    that its configuration's SAs share; a lane sends by another one
 * @param outbound its outbound policies, which it may share; without those of its lane
 * @param grant    what was asked of a device, and got
 */
record InstalledChild(ChildSa child, int reqid, SaPair pair, List<PolicyId> outbound, Lanes lanes, Grant grant) {
    InstalledChild {
        outbound = List.copyOf(outbound);
    }

    /** Whether it has a lane to itself. */
    boolean isLane() {
        return lanes.serves(child.resource());
    }

    PolicyOwner owner() {
        return new PolicyOwner(child.id(), false, child.connection(), child.name());
    }

    /** Whether the NIC chooses the state, which it does without regard to CPUs. */
    boolean packetOffload() {
        return Rung.of(pair.out().offload()) == Rung.PACKET;
    }

    InstalledChild with(Grant got) {
        return new InstalledChild(child, reqid, pair, outbound, lanes, got);
    }
}
