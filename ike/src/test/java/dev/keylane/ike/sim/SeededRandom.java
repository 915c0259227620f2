package dev.keylane.ike.sim;

import dev.keylane.ike.crypto.RandomSource;
import dev.keylane.ike.wire.Octets;
import java.util.Random;

/** Repeatable randomness for tests, which may say how nonces begin. */
public final class SeededRandom implements RandomSource {
    private final Random random;
    private int firstOfNonces = ANY;

    public SeededRandom(long seed) {
        this.random = new Random(seed);
    }

    /** From now on nonces begin with this octet: which of two is the lower one decides who gives way. */
    public void nonces(int first) {
        firstOfNonces = first;
    }

    @Override
    public Octets octets(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        if (count == NONCE && firstOfNonces != ANY) {
            bytes[0] = (byte) firstOfNonces;
        }
        return Octets.wrap(bytes);
    }

    private static final int ANY = -1;
    /** What a core draws 32 octets for. */
    private static final int NONCE = 32;
}
