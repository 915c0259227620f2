package dev.keylane.ike.sa;

import dev.keylane.ike.child.ChildWish;
import dev.keylane.ike.crypto.RandomSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * New Child SAs that the peer is asked for again. RFC 7296 §2.25: who receives TEMPORARY_FAILURE "MUST NOT immediately
 * retry the operation; it MUST wait", and here it waits longer every time.
 */
final class Postponed {
    private final List<Later> waiting = new ArrayList<>(0);

    private record Later(ChildWish wish, Instant at) {
    }

    /**
     * @return false when the peer has been asked often enough
     */
    boolean add(ChildWish wish, RandomSource random, Instant now) {
        if (wish.refusals() >= MOST_REFUSALS) {
            return false;
        }
        Duration wait = FIRST_WAIT.multipliedBy(1L << wish.refusals());
        Duration chance = Duration.ofMillis(Math.floorMod(random.nextLong(), wait.toMillis()));
        waiting.add(new Later(wish.refused(), now.plus(wait).plus(chance)));
        return true;
    }

    /** Those whose time has come. */
    List<ChildWish> takeDue(Instant now) {
        List<ChildWish> due = new ArrayList<>(0);
        for (Iterator<Later> all = waiting.iterator(); all.hasNext(); ) {
            Later later = all.next();
            if (!later.at().isAfter(now)) {
                all.remove();
                due.add(later.wish());
            }
        }
        return due;
    }

    List<ChildWish> takeAll() {
        return takeDue(Instant.MAX);
    }

    Optional<Instant> next() {
        return waiting.stream().map(Later::at).min(Comparator.naturalOrder());
    }

    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    /** A minute later, whoever wanted it may want it anew. */
    private static final int MOST_REFUSALS = 5;
}
