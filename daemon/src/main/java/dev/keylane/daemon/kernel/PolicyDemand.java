package dev.keylane.daemon.kernel;

import dev.keylane.ike.child.Selectors;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.KernelOptions.Marks;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.xfrm.Mark;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicyId.Direction;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Template;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The policies a child, a trap or a shunt needs.
 *
 * @param local   our outer address, {@code remote} the peer's; without meaning for a shunt
 * @param reqid   0 for a shunt
 * @param ifindex interface the policies are restricted to, 0 for none
 */
record PolicyDemand(ChildConfig.Mode mode, Selectors selectors, IpAddress local, IpAddress remote, int reqid,
                    KernelOptions options, int ifindex, SaSpec.@Nullable Offload offload, PolicyPriority priority) {

    /** Outbound policies first. Empty when the selectors of both sides have nothing in common. */
    List<PolicySpec> policies() {
        List<PolicySpec> policies = new ArrayList<>();
        if (!options.policies()) {
            return policies;
        }
        List<TrafficSelector> ours = selectors.local();
        List<TrafficSelector> theirs = selectors.remote();
        add(policies, ours, theirs, Direction.OUT, false);
        add(policies, theirs, ours, Direction.IN, false);
        if (mode != ChildConfig.Mode.TRANSPORT) {
            add(policies, theirs, ours, Direction.FWD, false);
        }
        if (mode == ChildConfig.Mode.TUNNEL && options.policiesFwdOut()) {
            add(policies, ours, theirs, Direction.FWD, true);
        }
        return policies;
    }

    private void add(List<PolicySpec> policies, List<TrafficSelector> from, List<TrafficSelector> to,
                     Direction direction, boolean passing) {
        boolean out = direction == Direction.OUT || passing;
        SelectorCover.of(from, to, ifindex).forEach(selector -> {
            PolicyId id = new PolicyId(selector, direction, mark(out), ifId(out));
            PolicySpec.Action action = mode == ChildConfig.Mode.DROP
                    ? PolicySpec.Action.BLOCK : PolicySpec.Action.ALLOW;
            // A forward policy for packets on their way out only lets them pass: its state is applied later, and it
            // gives way to the inbound one of a tunnel with the same selectors the other way round.
            PolicyPriority rank = passing ? PolicyPriority.TRAP : priority;
            PolicySpec policy = new PolicySpec(id, action, rank.of(selector, options.priority()),
                    templates(out, passing), false, direction == Direction.FWD ? null : offload);
            policies.add(policy);
            policies.addAll(Backstop.beneath(policy, out ? local : remote, out ? remote : local));
        });
    }

    private List<Template> templates(boolean out, boolean passing) {
        return switch (mode) {
            case PASS, DROP -> List.of();
            case TUNNEL -> List.of(template(SaSpec.Mode.TUNNEL, out, passing));
            case TRANSPORT -> List.of(template(SaSpec.Mode.TRANSPORT, out, passing));
        };
    }

    private Template template(SaSpec.Mode saMode, boolean out, boolean passing) {
        return new Template(out ? local : remote, out ? remote : local, saMode, passing ? 0 : reqid, passing);
    }

    private Mark mark(boolean out) {
        Marks marks = options.marks();
        KernelOptions.Mark mark = out ? marks.out() : marks.in();
        return mark.isSet() ? new Mark(mark.value(), mark.mask()) : Mark.NONE;
    }

    private int ifId(boolean out) {
        return out ? options.marks().ifIdOut() : options.marks().ifIdIn();
    }
}
