package dev.keylane.ike.proposal;

import java.util.Optional;

/** PRF transforms; preferred key length equals the output length (RFC 7296 §2.13, RFC 4868 §2.1.2). */
public enum PrfAlgorithm {
    PRF_HMAC_SHA2_256(5, 32), PRF_HMAC_SHA2_384(6, 48), PRF_HMAC_SHA2_512(7, 64);

    private final int id;
    private final int size;

    PrfAlgorithm(int id, int size) {
        this.id = id;
        this.size = size;
    }

    public int id() {
        return id;
    }

    /** Octets of output and of preferred key. */
    public int size() {
        return size;
    }

    public static Optional<PrfAlgorithm> of(int id) {
        return id >= 5 && id <= 7 ? Optional.of(values()[id - 5]) : Optional.empty();
    }
}
