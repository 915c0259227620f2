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
}
