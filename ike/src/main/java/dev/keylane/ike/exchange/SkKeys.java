package dev.keylane.ike.exchange;

import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.proposal.IkeSuite;
import dev.keylane.ike.proposal.IntegrityAlgorithm;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What protects one direction of an IKE SA: SK_ei and SK_ai, or SK_er and SK_ar.
 *
 * @param encryption the key, with its salt at the end for an AEAD
 * @param integrity  null with an AEAD
 */
public record SkKeys(IkeSuite suite, Secret encryption, @Nullable Secret integrity) {
    public SkKeys {
        if (suite.encryption().isAead() != (integrity == null)) {
            throw new IllegalArgumentException("integrity key does not go with " + suite.encryption());
        }
    }

    EncryptionAlgorithm cipher() {
        return suite.encryption();
    }

    /** For suites that are no AEAD. */
    IntegrityAlgorithm integrityAlgorithm() {
        return Objects.requireNonNull(suite.integrity());
    }

    /** For suites that are no AEAD. */
    Secret integrityKey() {
        return Objects.requireNonNull(integrity);
    }

    /** Octets behind the ciphertext: an AEAD's tag or the integrity checksum. */
    int checksumSize() {
        return cipher().isAead() ? cipher().tagSize() : integrityAlgorithm().checksumSize();
    }
}
