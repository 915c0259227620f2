package dev.keylane.ike.proposal;

import org.jspecify.annotations.Nullable;

/**
 * What an IKE SA agreed on.
 *
 * @param keyBits   bits of the encryption key without salt
 * @param integrity null with an AEAD
 */
public record IkeSuite(EncryptionAlgorithm encryption, int keyBits, PrfAlgorithm prf,
                       @Nullable IntegrityAlgorithm integrity, KeGroup group) {
    /** As charon logs it: {@code IKE:AES_CBC_128/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/CURVE_25519}. */
    @Override
    public String toString() {
        return "IKE:" + encryption.sized(keyBits) + (integrity == null ? "" : "/" + integrity) + "/" + prf + "/" + group;
    }
}
