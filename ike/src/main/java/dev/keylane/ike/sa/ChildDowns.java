package dev.keylane.ike.sa;

/** Taking Child SAs away, whoever wants it. */
final class ChildDowns {
    private ChildDowns() {
    }

    static void drop(ChildSaView child, Loss loss, String reason, Children children, ChildRekeys rekeys, Turn turn) {
        long id = child.sa().id();
        rekeys.theirs(id).ifPresent(fresh -> complete(fresh, children, rekeys, turn));
        children.remove(child.sa());
        if (!child.sa().resource().isBound() && !children.hasUnbound(child.sa().name())) {
            completeAll(child.sa().name(), children, rekeys, turn);
        }
        rekeys.gone(id).ifPresent(old -> children.find(old)
                .filter(view -> view.state() == ChildSaView.State.REKEYED)
                .ifPresent(_ -> children.enter(old, ChildSaView.State.INSTALLED)));
        turn.context().spis().release(child.sa().terms().spiIn());
        turn.emit(new Effect.RemoveChild(child.sa()));
        if (child.installed() != null) {
            ChildSaView deleted = child.in(ChildSaView.State.DELETED);
            turn.emit(new Effect.ChildDown(turn.sa().viewWith(deleted), deleted, reason));
            children.lost(child.sa(), loss, turn);
        }
    }

    /** Without the SA of all CPUs, those of single ones are all there is to send on. */
    private static void completeAll(String name, Children children, ChildRekeys rekeys, Turn turn) {
        children.views().stream().filter(view -> view.sa().name().equals(name))
                .forEach(view -> complete(view.sa().id(), children, rekeys, turn));
    }

    /** Starts to send on a child, if we do not yet. */
    static void complete(long child, Children children, ChildRekeys rekeys, Turn turn) {
        if (rekeys.handovers().complete(child)) {
            children.find(child).ifPresent(view -> turn.emit(new Effect.CompleteChild(view.sa())));
        }
    }
}
