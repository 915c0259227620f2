package dev.keylane.ike.crypto;

import dev.keylane.ike.wire.Octets;

/** Randomness, passed in so that a run can be repeated; unpredictable outside tests. */
public interface RandomSource {
    Octets octets(int count);

    default long nextLong() {
        byte[] eight = octets(8).borrow();
        long value = 0;
        for (byte b : eight) {
            value = value << 8 | b & 0xff;
        }
        return value;
    }
}
