package dev.keylane.steering.rss;

import dev.keylane.ike.wire.Octets;

/**
 * The hash of receive side scaling: for each bit of the input that is set, the 32 bits of the key that begin at that bit's
 * place are added without carry. So parts of an input can be hashed apart, each at its place, and added.
 */
public final class Toeplitz {
    private final int[] windows;

    /**
     * @param key at least 4 octets longer than the inputs, else their last octets do not count
     */
    public Toeplitz(Octets key) {
        byte[] octets = key.toByteArray();
        this.windows = new int[Math.max(0, octets.length * 8 - 31)];
        for (int bit = 0; bit < windows.length; bit++) {
            long five = 0;
            for (int i = 0; i < 5; i++) {
                int at = bit / 8 + i;
                five = five << 8 | (at < octets.length ? octets[at] & 0xff : 0);
            }
            windows[bit] = (int) (five >>> 8 - bit % 8);
        }
    }

    /** Whether every bit of an input of so many octets counts. */
    public boolean covers(int inputOctets) {
        return windows.length > inputOctets * 8 - 1;
    }

    public int hash(Octets input) {
        int hash = 0;
        for (int at = 0; at < input.length(); at++) {
            hash ^= hash(input.get(at), 8, at * 8);
        }
        return hash;
    }

    /**
     * What a number adds to the hash.
     *
     * @param value its lowest {@code bits} bits, the highest of them first
     * @param at    the place of the first bit in the input
     */
    public int hash(int value, int bits, int at) {
        int hash = 0;
        for (int bit = 0; bit < bits && at + bit < windows.length; bit++) {
            hash ^= windows[at + bit] & -(value >>> bits - 1 - bit & 1);
        }
        return hash;
    }
}
