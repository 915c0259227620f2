package dev.keylane.xfrm;

import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.proposal.IntegrityAlgorithm;
import org.jspecify.annotations.Nullable;

/**
 * @param keyBits   bits of the encryption key without salt
 * @param integrity null with an AEAD
 */
public record SaAlgorithms(EncryptionAlgorithm encryption, int keyBits, @Nullable IntegrityAlgorithm integrity) {
}
