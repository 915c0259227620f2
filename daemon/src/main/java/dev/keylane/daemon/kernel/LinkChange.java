package dev.keylane.daemon.kernel;

import java.util.Set;

/**
 * News of a network device.
 *
 * @param names that it has and has had, without those another device has now: SAs are remembered by the one it had when
 *              they were made
 * @param state as it is now
 * @param keys  what became of keys in its hardware since the last news
 */
public record LinkChange(Set<String> names, State state, Keys keys) {
    public LinkChange {
        names = Set.copyOf(names);
    }

    public enum State {
        /** Switched on, and something is at the other end. */
        UP,
        /** Switched on, but not to be used. */
        NO_CARRIER,
        /** Switched off. */
        DOWN,
        /** There is no such device any more. */
        GONE
    }

    public enum Keys {
        KEPT,
        /** The kernel has flushed them: the device was switched off, be it on again by now or not. */
        LOST,
        /** News were lost: the kernel must be asked. */
        UNKNOWN
    }

    /** Both together, this one being the older. */
    public LinkChange then(LinkChange later) {
        return new LinkChange(later.names(), later.state(), worse(keys, later.keys()));
    }

    private static Keys worse(Keys one, Keys other) {
        return one == Keys.LOST || other == Keys.LOST ? Keys.LOST
                : one == Keys.UNKNOWN || other == Keys.UNKNOWN ? Keys.UNKNOWN : Keys.KEPT;
    }
}
