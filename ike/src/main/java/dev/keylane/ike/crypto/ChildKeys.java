package dev.keylane.ike.crypto;

import org.jspecify.annotations.Nullable;

/**
 * The keys of a pair of ESP SAs, RFC 7296 §2.17: {@code initiator…} protects what the initiator of the exchange sends.
 * An encryption key has its salt at the end, as the kernel wants it.
 *
 * @param initiatorIntegrity null with an AEAD, like {@code responderIntegrity}
 */
public record ChildKeys(Secret initiatorEncryption, @Nullable Secret initiatorIntegrity, Secret responderEncryption,
                        @Nullable Secret responderIntegrity) implements AutoCloseable {
    /** Destroys all of them. */
    @Override
    public void close() {
        initiatorEncryption.close();
        responderEncryption.close();
        if (initiatorIntegrity != null) {
            initiatorIntegrity.close();
        }
        if (responderIntegrity != null) {
            responderIntegrity.close();
        }
    }
}
