package dev.keylane.ike.sa;

import dev.keylane.ike.child.ChildWish;
import dev.keylane.ike.child.Resource;
import java.util.List;

/**
 * Which of our requests wait for the answer to another, whatever the window has room for: inside a window the peer may
 * see them in any order.
 */
final class TaskOrder {
    private TaskOrder() {
    }

    static boolean mustWait(LocalTask task, List<LocalExchange> running) {
        for (LocalExchange exchange : running) {
            ChildWish asked = exchange.wish();
            if (asked != null && mustWait(task, asked)) {
                return true;
            }
        }
        return false;
    }

    private static boolean mustWait(LocalTask task, ChildWish asked) {
        return switch (task) {
            case LocalTask.Create create -> followsTheFallback(create.wish(), asked);
            case LocalTask.DeleteChildren delete -> asked.replaces() != null
                    && delete.children().contains(asked.replaces().id());
            default -> false;
        };
    }

    /** RFC 9611 §3: the SA for all resources comes first; the peer takes whatever it sees first for that. */
    private static boolean followsTheFallback(ChildWish wish, ChildWish asked) {
        Resource first = asked.wanted();
        return first.perCpu() && !first.isBound() && wish.wanted().isBound()
                && wish.config().name().equals(asked.config().name());
    }
}
