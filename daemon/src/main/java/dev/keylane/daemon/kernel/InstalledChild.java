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
 * @param lane     the outbound policies of its lane, of none but that; empty when it has no lane to itself
 * @param grant    what was asked of a device, and got
 */
record InstalledChild(ChildSa child, int reqid, SaPair pair, List<PolicyId> outbound, Lanes lanes, List<PolicyId> lane,
                      Grant grant) {
    InstalledChild {
        outbound = List.copyOf(outbound);
        lane = List.copyOf(lane);
    }

    /** Whether it has a lane to itself. */
    boolean isLane() {
        return lanes.serves(child.resource());
    }

    /** The policies that lead to its outbound SA. */
    List<PolicyId> leading() {
        return lane.isEmpty() ? outbound : lane;
    }

    PolicyOwner owner() {
        return new PolicyOwner(child.id(), false, child.connection(), child.name());
    }

    /** Whether the NIC chooses the state, which it does without regard to CPUs. */
    boolean packetOffload() {
        return Rung.of(pair.out().offload()) == Rung.PACKET;
    }

    /**
     * RFC 4303 §3.4.3: a receiver MUST NOT accept a packet twice. A device that keeps the window has not seen what came
     * before it had the SA; were Linux to decrypt that, the device would take it once more from whoever repeats it.
     */
    boolean deviceKeepsWindow() {
        return packetOffload() && pair.in().replay().esn() && pair.in().replay().window() > 0;
    }

    InstalledChild with(Grant got) {
        return new InstalledChild(child, reqid, pair, outbound, lanes, lane, got);
    }
}
