package dev.keylane.ike.endpoint;

import dev.keylane.ike.net.IpAddress;
import java.time.Instant;
import java.util.Arrays;

/**
 * At most so many in a second for each source. It takes the same memory for any number of them: sources that fall
 * together share, and which ones do, nobody outside can tell.
 */
final class SourceRation {
    private final int perSecond;
    private final long seed;
    private final int[] spent = new int[SLOTS];
    private long second = Long.MIN_VALUE;

    SourceRation(int perSecond, long seed) {
        this.perSecond = perSecond;
        this.seed = seed;
    }

    boolean allows(IpAddress source, Instant now) {
        if (now.getEpochSecond() != second) {
            second = now.getEpochSecond();
            Arrays.fill(spent, 0);
        }
        int slot = slot(source);
        if (spent[slot] >= perSecond) {
            return false;
        }
        spent[slot]++;
        return true;
    }

    private int slot(IpAddress source) {
        byte[] octets = source.octets().borrow();
        long mixed = seed;
        // Who has one IPv6 address has a /64 of them.
        for (int i = 0; i < octets.length && i < V6_PREFIX; i++) {
            mixed = (mixed ^ octets[i]) * MULTIPLIER;
            mixed ^= mixed >>> 29;
        }
        return (int) (mixed >>> 32) & SLOTS - 1;
    }

    private static final int V6_PREFIX = 8;
    private static final int SLOTS = 4096;
    private static final long MULTIPLIER = 0x9e37_79b9_7f4a_7c15L;
}
