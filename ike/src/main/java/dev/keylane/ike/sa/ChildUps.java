package dev.keylane.ike.sa;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.SpiPool;
import dev.keylane.ike.policy.PerCpuOptions;
import dev.keylane.ike.sa.Effect.Group;

/** Telling that a Child SA carries traffic now, the same for both roles. */
final class ChildUps {
    private ChildUps() {
    }

    /**
     * @param replaces number of the child whose place it takes, 0 for none
     */
    static void announce(ChildSa child, long replaces, Children children, Turn turn) {
        // What the peer has replaced is the peer's to delete.
        ChildSaView old = children.find(replaces).map(view -> view.state() == ChildSaView.State.INSTALLED
                ? view.in(ChildSaView.State.REKEYED) : view).orElse(null);
        children.installed(child.id(), turn.now());
        turn.context().wanted().up(child, turn.now());
        turn.note(Group.CHD, "CHILD_SA %s{%s} established with SPIs %s_i %s_o and TS %s%s", child.name(),
                child.id(), SpiPool.octets(child.terms().spiIn()), SpiPool.octets(child.terms().spiOut()),
                child.terms().selectors(), child.resource().isBound() ? place(child) : "");
        children.find(child.id()).ifPresent(view -> turn.emit(new Effect.ChildUp(turn.sa().viewWith(view), view, old)));
    }

    /** With {@code auto} a device may have lanes or not; the kernel side knows and says it. */
    private static String place(ChildSa child) {
        boolean lane = child.config().perCpuOptions().lanes() != PerCpuOptions.LANES_AUTO;
        int number = child.resource().cpu();
        return switch (child.config().kernel().offload()) {
            case PACKET -> " as lane " + number;
            case AUTO -> (lane ? " as lane " : " as resource ") + number;
            case NO, CRYPTO -> (lane ? " as lane " : " on CPU ") + number;
        };
    }
}
