package dev.keylane.ike.crypto.jca;

import dev.keylane.ike.crypto.RandomSource;
import dev.keylane.ike.wire.Octets;
import java.security.SecureRandom;

/** Unpredictable octets of the operating system's quality. Safe for use by several threads. */
public final class SecureRandomSource implements RandomSource {
    private final SecureRandom random;

    public SecureRandomSource() {
        this(new SecureRandom());
    }

    public SecureRandomSource(SecureRandom random) {
        this.random = random;
    }

    @Override
    public Octets octets(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return Octets.wrap(bytes);
    }

    @Override
    public long nextLong() {
        return random.nextLong();
    }
}
