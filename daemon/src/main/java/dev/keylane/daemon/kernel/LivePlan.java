package dev.keylane.daemon.kernel;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.pcpu.PerCpuPlan;
import dev.keylane.xfrm.PolicyId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A plan together with what it is about: the children that are up and the acquires they answer. */
final class LivePlan {
    final PlanKey key;
    final PerCpuPlan plan;
    /** False for an ordinary child, which gets a plan without CPUs. */
    final boolean perCpu;
    /** Our outer address. */
    IpAddress local;
    private final Map<Long, InstalledChild> children = new HashMap<>();
    private final Set<Integer> reqids = new HashSet<>();

    LivePlan(PlanKey key, PerCpuPlan plan, boolean perCpu, IpAddress local) {
        this.key = key;
        this.plan = plan;
        this.perCpu = perCpu;
        this.local = local;
    }

    void up(InstalledChild child) {
        children.put(child.child().id(), child);
        local = child.child().path().local().address();
    }

    boolean isUp(long child) {
        return children.containsKey(child);
    }

    void down(long child) {
        children.remove(child);
    }

    void acquired(int reqid) {
        reqids.add(reqid);
    }

    /** Whether an acquire of this number and peer was one of this plan's. */
    boolean asked(int reqid, IpAddress peer) {
        return reqids.contains(reqid) && key.peer().equals(peer);
    }

    /** Whether the NIC chooses the states, so that there cannot be one a CPU. */
    boolean isPacketOffloaded() {
        return children.values().stream().anyMatch(InstalledChild::packetOffload);
    }

    /** The outbound policies of all its children. */
    List<PolicyId> policies() {
        Set<PolicyId> ids = new LinkedHashSet<>();
        children.values().forEach(child -> ids.addAll(child.outbound()));
        return List.copyOf(ids);
    }
}
