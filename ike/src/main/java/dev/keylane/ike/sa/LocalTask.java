package dev.keylane.ike.sa;

import dev.keylane.ike.child.ChildWish;
import java.util.List;

/** Something we want from the peer, waiting for room in its window. */
sealed interface LocalTask {
    record Create(ChildWish wish) implements LocalTask {
    }

    /**
     * Close pairs of SAs.
     *
     * @param children   numbers, empty for an SA that was never installed here
     * @param spis       our inbound SPIs
     */
    record DeleteChildren(long request, List<Long> children, List<Integer> spis) implements LocalTask {
    }

    /** Replace the IKE SA: alone, after everything under way and before everything behind it. */
    record RekeyIke(long request) implements LocalTask {
    }

    record DeleteIke(long request) implements LocalTask {
    }

    /** Is the peer alive? */
    record Probe() implements LocalTask {
    }
}
