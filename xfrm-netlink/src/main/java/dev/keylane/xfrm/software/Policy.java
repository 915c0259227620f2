package dev.keylane.xfrm.software;

import dev.keylane.xfrm.Mark;
import dev.keylane.xfrm.PolicyInfo;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.Template;
import dev.keylane.xfrm.software.packet.Flow;
import org.jspecify.annotations.Nullable;

/**
 * One installed policy.
 *
 * @param order   counts installations, so that of equal priorities the older wins
 * @param backlog packets that wait for its state; handed on when the policy is replaced
 */
record Policy(PolicySpec spec, int index, int order, Backlog backlog) {
    boolean matches(Flow flow) {
        Mark mark = spec.id().mark();
        // A packet has no mark, and belongs to no interface.
        return mark.value() == 0 && spec.id().ifId() == 0 && flow.matches(spec.id().selector());
    }

    @Nullable Template template() {
        return spec.templates().isEmpty() ? null : spec.templates().getFirst();
    }

    PolicyInfo info() {
        return new PolicyInfo(spec, index);
    }
}
