package dev.keylane.ike.proposal;

import java.util.Optional;

/** INTEG transforms, RFC 4868 §2.1.1: key as long as the hash, output cut to half of it. */
public enum IntegrityAlgorithm {
    HMAC_SHA2_256_128(12, 32), HMAC_SHA2_384_192(13, 48), HMAC_SHA2_512_256(14, 64);

    private final int id;
    private final int keySize;

    IntegrityAlgorithm(int id, int keySize) {
        this.id = id;
        this.keySize = keySize;
    }

    public int id() {
        return id;
    }

    /** Octets of key. */
    public int keySize() {
        return keySize;
    }

    /** Octets of the truncated checksum on the wire. */
    public int checksumSize() {
        return keySize / 2;
    }

    public static Optional<IntegrityAlgorithm> of(int id) {
        return id >= 12 && id <= 14 ? Optional.of(values()[id - 12]) : Optional.empty();
    }
}
