package dev.keylane.xfrm.software;

import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Template;
import dev.keylane.xfrm.software.packet.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Whether an opened packet may go on: it must be one the state was negotiated for, and the policy must have asked for
 * that very state. The kernel knows no local addresses, so a packet that no inbound policy has may match a forward one.
 */
final class InboundPolicy {
    private final Spd spd;

    InboundPolicy(Spd spd) {
        this.spd = spd;
    }

    /** Null when it may. */
    @Nullable DropReason check(SaSpec sa, Flow flow) {
        if (!StateChoice.matches(sa, flow)) {
            return DropReason.IN_SELECTOR;
        }
        Policy policy = spd.find(PolicyId.Direction.IN, flow);
        if (policy == null) {
            policy = spd.find(PolicyId.Direction.FWD, flow);
        }
        if (policy == null) {
            // As Linux: what came through a tunnel needs a policy that lets it out.
            return sa.mode() == SaSpec.Mode.TUNNEL ? DropReason.IN_NO_POLICY : null;
        }
        if (policy.spec().action() == PolicySpec.Action.BLOCK) {
            return DropReason.IN_POLICY_BLOCK;
        }
        Template template = policy.template();
        boolean asked = template == null ? sa.mode() == SaSpec.Mode.TRANSPORT : isFor(template, sa);
        return asked ? null : DropReason.IN_TEMPLATE;
    }

    private static boolean isFor(Template template, SaSpec sa) {
        boolean sameEnds = sa.mode() == SaSpec.Mode.TRANSPORT
                || (template.source().isUnspecified() || template.source().equals(sa.source()))
                && (template.destination().isUnspecified() || template.destination().equals(sa.id().destination()));
        return template.mode() == sa.mode() && (template.reqid() == 0 || template.reqid() == sa.reqid()) && sameEnds;
    }
}
