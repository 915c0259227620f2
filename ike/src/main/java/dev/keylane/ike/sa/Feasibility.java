package dev.keylane.ike.sa;

import dev.keylane.ike.child.ChildWish;
import java.util.List;
import java.util.Optional;

/** Children that could not be installed are not asked for: what a device holds of them shows when the NATs are known. */
final class Feasibility {
    private Feasibility() {
    }

    static Optional<String> against(ChildWish wish, Turn turn) {
        return turn.context().limits().against(wish.config(), turn.sa().path().local().address(), turn.sa().nat().any());
    }

    /**
     * Gives up the wishes of an IKE SA in the making that cannot come true.
     *
     * @return why, when no reason to make the IKE SA is left
     */
    static Optional<String> sift(Turn turn) {
        IkeSa sa = turn.sa();
        List<ChildWish> wishes = sa.takeWishes();
        String reason = null;
        for (ChildWish wish : wishes) {
            Optional<String> against = against(wish, turn);
            if (against.isPresent()) {
                reason = against.get();
                turn.childFailed(wish, 0, reason);
            } else {
                sa.keep(wish);
            }
        }
        return sa.hasWishes() || sa.isExpected() ? Optional.empty() : Optional.ofNullable(reason);
    }
}
