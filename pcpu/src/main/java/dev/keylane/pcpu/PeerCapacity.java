package dev.keylane.pcpu;

/**
 * How many SAs of these selectors the peer takes, as far as it has said so. RFC 9611 §5: after TS_MAX_QUEUE ask again only
 * when an SA was deleted or the IKE SA was made anew.
 */
final class PeerCapacity {
    private int known = UNKNOWN;

    /** @param total SAs there are, those that replace others included */
    void refusedAt(int total) {
        known = total;
    }

    /** One more resource has an SA now: requests that were under way beside the refused one may succeed yet. */
    void tookMore(int total) {
        known = known == UNKNOWN ? UNKNOWN : Math.max(known, total);
    }

    /** @param taken SAs there are and SAs asked for */
    boolean hasRoom(int taken) {
        return known == UNKNOWN || taken < known;
    }

    void forget() {
        known = UNKNOWN;
    }

    private static final int UNKNOWN = -1;
}
