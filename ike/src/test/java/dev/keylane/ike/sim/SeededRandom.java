package dev.keylane.ike.sim;

import dev.keylane.ike.crypto.RandomSource;
import dev.keylane.ike.wire.Octets;
import java.util.Random;

/** Repeatable randomness for tests. */
public final class SeededRandom implements RandomSource {
    private final Random random;

    public SeededRandom(long seed) {
        this.random = new Random(seed);
    }

    @Override
    public Octets octets(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return Octets.wrap(bytes);
    }
}
