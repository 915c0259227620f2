package dev.keylane.ike.sa;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.sa.Effect.Group;
import java.util.Optional;
import java.util.OptionalLong;

/** What Child SAs need when time passes, without anybody asking: the end of their lives, and what a peer leaves undone. */
record ChildChores(Children children, ChildRekeys rekeys, LocalExchanges exchanges) {
    void onTime(Turn turn) {
        Handovers handovers = rekeys.handovers();
        for (OptionalLong late = handovers.dueCompletion(turn.now()); late.isPresent();
                late = handovers.dueCompletion(turn.now())) {
            children.find(late.getAsLong()).ifPresent(view -> turn.emit(new Effect.CompleteChild(view.sa())));
        }
        for (Optional<Handovers.Needless> needless = handovers.dueDeletion(turn.now()); needless.isPresent();
                needless = handovers.dueDeletion(turn.now())) {
            delete(needless.get(), turn);
        }
        for (OptionalLong due = rekeys.due(turn.now()); due.isPresent(); due = rekeys.due(turn.now())) {
            exchanges.rekeyChild(0, due.getAsLong(), turn);
        }
        for (OptionalLong due = rekeys.followers().takeDue(turn.now()); due.isPresent();
                due = rekeys.followers().takeDue(turn.now())) {
            children.find(due.getAsLong()).ifPresent(fallback -> followTheFallback(fallback.sa(), turn));
        }
        exchanges.askAgain(turn);
    }

    /**
     * Linux lets a younger SA for all CPUs take the traffic of an older one for a single CPU once its hash table has
     * grown, so the SAs of single CPUs are made anew after the one they fall back on.
     */
    void followTheFallback(ChildSa fallback, Turn turn) {
        if (fallback.resource().isBound()) {
            return;
        }
        for (ChildSaView view : children.views()) {
            if (view.sa().resource().isBound() && view.sa().name().equals(fallback.name())
                    && view.sa().id() < fallback.id() && view.state() == ChildSaView.State.INSTALLED) {
                exchanges.rekeyChild(0, view.sa().id(), turn);
            }
        }
    }

    /** Some peers keep what a rekeying has made needless: the old SA, or the one that lost against another. */
    private void delete(Handovers.Needless needless, Turn turn) {
        Optional<ChildSaView> child = children.find(needless.child()).filter(ChildSaView::isInUse);
        boolean replaced = children.find(needless.survivor()).filter(ChildSaView::isInUse).isPresent();
        if (child.isPresent() && replaced && !rekeys.isReplacedByUs(needless.child())) {
            ChildSa sa = child.get().sa();
            turn.note(Group.CHD, "peer did not delete CHILD_SA %s{%s}, deleting it", sa.name(), sa.id());
            exchanges.deleteReplaced(sa, turn);
        }
    }

    /** The kernel has taken an SA away, its life being over. */
    void expired(long id, Turn turn) {
        children.find(id).filter(ChildSaView::isInUse).ifPresent(view -> {
            ChildSa sa = view.sa();
            turn.note(Group.CHD, "closing expired CHILD_SA %s{%s}", sa.name(), sa.id());
            exchanges.drop(view, "expired", turn);
            if (!exchanges.isClosing()) {
                exchanges.disown(sa.terms().spiIn(), turn);
            }
        });
    }
}
