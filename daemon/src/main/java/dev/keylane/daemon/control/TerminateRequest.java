package dev.keylane.daemon.control;

import java.util.ArrayList;
import java.util.List;

/**
 * What to close.
 *
 * @param force do not wait for the peer's answer
 */
public record TerminateRequest(SaSelector selector, boolean force, Timeout timeout) {
    /** One SA to close. */
    public sealed interface Target {
        record Ike(long id) implements Target {
        }

        record Child(long id) implements Target {
        }
    }

    /** The children selected if the selector speaks of children, otherwise the IKE SAs selected. */
    public List<Target> targets(List<IkeSnapshot> sas) {
        List<Target> targets = new ArrayList<>();
        for (IkeSnapshot sa : sas) {
            if (!selector.selects(sa.ike())) {
                continue;
            }
            if (!selector.namesChild()) {
                targets.add(new Target.Ike(sa.ike().id()));
                continue;
            }
            sa.children().stream().filter(child -> selector.selects(child.child().sa()))
                    .forEach(child -> targets.add(new Target.Child(child.child().sa().id())));
        }
        return targets;
    }
}
