package dev.keylane.daemon.kernel;

import dev.keylane.daemon.traffic.Coverage;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.pcpu.PerCpuPlan;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.XfrmEvent;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A plan together with what it is about: the children that are up and the acquires they answer. */
final class LivePlan {
    /** Changes with the peer's address. */
    PlanKey key;
    final PerCpuPlan plan;
    final ChildConfig config;
    /** False for an ordinary child, which gets a plan without CPUs. */
    final boolean perCpu;
    /** Our outer address. */
    IpAddress local;
    private Division division = Division.BY_CPU;
    private final Map<Long, InstalledChild> children = new HashMap<>();
    private final Set<Long> halves = new HashSet<>();
    private final Set<Larva> larvae = new HashSet<>();

    /** What the kernel calls the states of one policy that it has asked for. */
    private record Larva(int reqid, IpAddress destination) {
    }

    /**
     * What SAs beside the one for all are for.
     *
     * @param byDevice whether a device chooses them, so that there cannot be one a CPU
     */
    record Division(Lanes lanes, boolean byDevice) {
        static final Division BY_CPU = new Division(Lanes.NONE, false);

        static Division of(InstalledChild child) {
            return new Division(child.lanes(), child.packetOffload());
        }
    }

    LivePlan(PlanKey key, PerCpuPlan plan, ChildConfig config, boolean perCpu, IpAddress local) {
        this.key = key;
        this.plan = plan;
        this.config = config;
        this.perCpu = perCpu;
        this.local = local;
    }

    /** @param half whether it does not send yet */
    void up(InstalledChild child, boolean half) {
        children.put(child.child().id(), child);
        local = child.child().path().local().address();
        if (half) {
            halves.add(child.child().id());
        }
    }

    /** @return whether it did not send until now */
    boolean completed(long child) {
        return halves.remove(child);
    }

    boolean isHalf(long child) {
        return halves.contains(child);
    }

    void down(long child) {
        children.remove(child);
        halves.remove(child);
    }

    /** The children that serve this CPU alone. */
    List<Long> serving(int cpu) {
        return children.values().stream().map(InstalledChild::child).filter(child -> child.resource().cpu() == cpu)
                .map(ChildSa::id).sorted().toList();
    }

    /** The children that serve every CPU, in the order they came up. */
    List<InstalledChild> fallbacks() {
        return children.values().stream().filter(child -> !child.child().resource().isBound())
                .sorted(Comparator.comparingLong(child -> child.child().id())).toList();
    }

    boolean isOnlyOf(Set<Long> others) {
        return others.containsAll(children.keySet());
    }

    void acquired(int reqid, IpAddress destination) {
        larvae.add(new Larva(reqid, destination));
    }

    /** Whether an acquire of this number and destination was one of this plan's. */
    boolean asked(int reqid, IpAddress destination) {
        return larvae.contains(new Larva(reqid, destination));
    }

    Division division() {
        return division;
    }

    void divide(Division other) {
        division = other;
    }

    boolean isByCpu() {
        return perCpu && division.equals(Division.BY_CPU);
    }

    /** Empty for an ordinary child. */
    Optional<Coverage> coverage() {
        return plan.wanted().isEmpty() ? Optional.empty() : Optional.of(new Coverage(key.connection(), key.child(),
                perCpu && !division.equals(Division.BY_CPU), plan.wanted(), plan.most(), plan.covered()));
    }

    /** The CPU or the lane that an acquire wants an SA for. */
    int wantedBy(XfrmEvent.Acquire acquire) {
        return children.values().stream()
                .filter(child -> child.pair().out().reqid() == acquire.reqid() && acquire.reqid() != child.reqid())
                .mapToInt(child -> child.child().resource().cpu()).findFirst().orElse(acquire.cpu());
    }

    /** The outbound policies of all its children. */
    List<PolicyId> policies() {
        Set<PolicyId> ids = new LinkedHashSet<>();
        children.values().forEach(child -> ids.addAll(child.outbound()));
        return List.copyOf(ids);
    }
}
