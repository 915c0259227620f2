package dev.keylane.ike.proposal;

import java.util.Optional;

/** ENCR transforms, RFC 7296 §3.3.2, RFC 4106, RFC 7634. Sizes in octets. */
public enum EncryptionAlgorithm {
    AES_CBC(12, 16, 16, 0, 0),
    AES_GCM_16(20, 1, 8, 16, 4),
    CHACHA20_POLY1305(28, 1, 8, 16, 4);

    private final int id;
    private final int blockSize;
    private final int ivSize;
    private final int tagSize;
    private final int saltSize;

    EncryptionAlgorithm(int id, int blockSize, int ivSize, int tagSize, int saltSize) {
        this.id = id;
        this.blockSize = blockSize;
        this.ivSize = ivSize;
        this.tagSize = tagSize;
        this.saltSize = saltSize;
    }

    public int id() {
        return id;
    }

    public boolean isAead() {
        return tagSize > 0;
    }

    /** 16 for CBC, 1 for AEADs, which need no padding. */
    public int blockSize() {
        return blockSize;
    }

    /** The explicit IV on the wire. */
    public int ivSize() {
        return ivSize;
    }

    /** The tag of an AEAD, 0 otherwise. */
    public int tagSize() {
        return tagSize;
    }

    /** Salt that keying material carries behind the key. */
    public int saltSize() {
        return saltSize;
    }

    /** Whether the Key Length attribute must be there (RFC 7296 §3.3.5) or must not (RFC 7634 §4). */
    public boolean hasKeyLengthAttribute() {
        return this != CHACHA20_POLY1305;
    }

    /** Octets of keying material for a key of {@code keyBits}: key and salt. */
    public int keyMaterialSize(int keyBits) {
        return (this == CHACHA20_POLY1305 ? 32 : keyBits / 8) + saltSize;
    }

    /** The name with the size of the key where it has a choice of them: {@code AES_CBC_128}. */
    String sized(int keyBits) {
        return hasKeyLengthAttribute() ? name() + "_" + keyBits : name();
    }

    public static Optional<EncryptionAlgorithm> of(int id) {
        for (EncryptionAlgorithm algorithm : values()) {
            if (algorithm.id == id) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }
}
