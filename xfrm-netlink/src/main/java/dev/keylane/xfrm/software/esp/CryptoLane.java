package dev.keylane.xfrm.software.esp;

import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.crypto.RandomSource;

/** The tools of one thread: crypto ports and their keyed objects serve one thread at a time. */
public final class CryptoLane {
    private final Crypto crypto;
    private final RandomSource random;
    private final byte[] associatedData = new byte[12];

    public CryptoLane(Crypto crypto, RandomSource random) {
        this.crypto = crypto;
        this.random = random;
    }

    Crypto crypto() {
        return crypto;
    }

    RandomSource random() {
        return random;
    }

    /** Room for the associated data of one packet. */
    byte[] associatedData() {
        return associatedData;
    }
}
