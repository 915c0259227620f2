package dev.keylane.daemon.kernel;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.xfrm.SaSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An installed child on its way to where its peer is now.
 *
 * @param sends whether its outbound state is installed yet
 */
record ChildMove(InstalledChild before, InstalledChild after, boolean sends) {
    static ChildMove of(InstalledChild before, ChildSa child, boolean sends) {
        IpAddress local = child.path().local().address();
        IpEndpoint remote = child.path().remote();
        SaSpec in = before.pair().in();
        SaSpec out = before.pair().out();
        SaPair pair = new SaPair(in.between(remote.address(), local, inbound(in.encap(), remote.port())),
                out.between(local, remote.address(), outbound(out.encap(), remote.port())));
        return new ChildMove(before, new InstalledChild(child, before.reqid(), pair, before.outbound(), before.lanes(),
                before.lane(), before.grant()), sends);
    }

    /** What accepts any source port goes on doing so. */
    private static SaSpec.@Nullable Encap inbound(SaSpec.@Nullable Encap old, int port) {
        return old == null || old.sourcePort() == 0 ? old : new SaSpec.Encap(port, old.destinationPort());
    }

    private static SaSpec.@Nullable Encap outbound(SaSpec.@Nullable Encap old, int port) {
        return old == null ? null : new SaSpec.Encap(old.sourcePort(), port);
    }

    IpAddress from() {
        return before.child().path().remote().address();
    }

    IpAddress to() {
        return after.child().path().remote().address();
    }

    boolean betweenSameHosts() {
        return from().equals(to());
    }

    /**
     * Whether the states can be changed without a sequence number being used twice. A NIC's counters are not known; the
     * selectors of transport mode name the old address, and so must be agreed on anew.
     *
     * @param migration whether the kernel moves states between addresses by itself
     */
    boolean isPossible(boolean migration) {
        boolean tunnel = before.pair().out().mode() == SaSpec.Mode.TUNNEL;
        return !before.packetOffload() && (betweenSameHosts() || migration && tunnel);
    }

    /** Outbound: before the policies change, inbound after them. */
    List<KernelStep> outboundSteps() {
        return sends ? steps(before.pair().out(), after.pair().out()) : List.of();
    }

    List<KernelStep> inboundSteps() {
        return steps(before.pair().in(), after.pair().in());
    }

    private List<KernelStep> steps(SaSpec old, SaSpec fresh) {
        List<KernelStep> steps = new ArrayList<>(1);
        if (!betweenSameHosts()) {
            steps.add(KernelStep.migrate(old, fresh));
        } else if (!old.equals(fresh)) {
            steps.add(KernelStep.update(old, fresh));
        }
        return steps;
    }
}
