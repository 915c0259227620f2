package dev.keylane.ike.sa;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * SPIs of Deletes that came before the answer which would have told us of the SA: the peer has made it, and closed it
 * again, while its answer to us was lost or late.
 */
final class EarlyDeletes {
    private final Set<Integer> spis = new LinkedHashSet<>(0);

    void add(int spi) {
        spis.add(spi);
        if (spis.size() > MOST) {
            spis.remove(spis.iterator().next());
        }
    }

    boolean take(int spi) {
        return spis.remove(spi);
    }

    void clear() {
        spis.clear();
    }

    /** More than anybody closes while one answer is late; a peer may name as many as it likes. */
    private static final int MOST = 1024;
}
