package dev.keylane.ike.sa;

import dev.keylane.ike.child.ChildWish;
import dev.keylane.ike.child.Resource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;

/** What we want from the peer and have not asked for yet, in order. */
final class LocalQueue {
    private final Queue<LocalTask> tasks = new ArrayDeque<>(0);

    void add(LocalTask task) {
        tasks.add(task);
    }

    boolean isEmpty() {
        return tasks.isEmpty();
    }

    LocalTask first() {
        return tasks.element();
    }

    LocalTask take() {
        return tasks.remove();
    }

    boolean hasIkeRekeying() {
        return tasks.stream().anyMatch(LocalTask.RekeyIke.class::isInstance);
    }

    /** The CPUs that new SAs of this configuration are for. */
    List<Resource> cpus(String config) {
        List<Resource> cpus = new ArrayList<>();
        for (LocalTask task : tasks) {
            if (task instanceof LocalTask.Create(ChildWish wish) && isAdditional(wish, config)) {
                cpus.add(wish.wanted());
            }
        }
        return cpus;
    }

    /** Whether it is for a new SA of one CPU. */
    static boolean isAdditional(ChildWish wish, String config) {
        return !wish.isRekey() && wish.wanted().isBound() && wish.config().name().equals(config);
    }

    /** RFC 9611 §5: after TS_MAX_QUEUE nothing more is asked for with these selectors. */
    void refuseAdditional(String config, int notifyType, String reason, Turn turn) {
        for (Iterator<LocalTask> all = tasks.iterator(); all.hasNext(); ) {
            if (all.next() instanceof LocalTask.Create(ChildWish wish) && isAdditional(wish, config)) {
                all.remove();
                turn.childFailed(wish, notifyType, reason);
            }
        }
    }

    /** RFC 7296 §2.8: what waits runs on the new IKE SA, whose making needs not be asked for any more. */
    void moveTo(LocalQueue heir, Turn turn) {
        for (LocalTask task : tasks) {
            if (task instanceof LocalTask.RekeyIke rekey) {
                turn.done(rekey.request());
            } else {
                heir.add(task);
            }
        }
        tasks.clear();
    }

    /** RFC 7296 §1.4.1: what is queued behind the end of the IKE SA is pointless, and Child SAs end with it. */
    void abandon(Turn turn, String reason) {
        for (LocalTask task : tasks) {
            switch (task) {
                case LocalTask.Create create -> turn.childFailed(create.wish(), 0, reason);
                case LocalTask.DeleteChildren delete -> turn.done(delete.request());
                case LocalTask.RekeyIke rekey -> turn.failed(rekey.request(), reason);
                case LocalTask.DeleteIke delete -> turn.done(delete.request());
                case LocalTask.Probe _ -> {
                }
            }
        }
        tasks.clear();
    }
}
