package dev.keylane.ike.proposal;

import org.jspecify.annotations.Nullable;

/**
 * What a Child SA agreed on.
 *
 * @param keyBits   bits of the encryption key without salt
 * @param integrity null with an AEAD
 * @param group     the key exchange of a CREATE_CHILD_SA with forward secrecy, otherwise null
 * @param esn       64-bit sequence numbers (transform type 5, value 1)
 */
public record EspSuite(EncryptionAlgorithm encryption, int keyBits, @Nullable IntegrityAlgorithm integrity,
                       @Nullable KeGroup group, boolean esn) {
    /** Octets of keying material for one direction, RFC 7296 §2.17. */
    public int keyMaterialSize() {
        return encryption.keyMaterialSize(keyBits) + (integrity == null ? 0 : integrity.keySize());
    }

    /** As charon logs it: {@code ESP:AES_GCM_16_128/CURVE_25519/EXT_SEQ}. */
    @Override
    public String toString() {
        return "ESP:" + encryption.sized(keyBits) + (integrity == null ? "" : "/" + integrity)
                + (group == null ? "" : "/" + group) + (esn ? "/EXT_SEQ" : "/NO_EXT_SEQ");
    }
}
