package dev.keylane.ike.child;

import dev.keylane.ike.crypto.ChildKeys;
import dev.keylane.ike.crypto.Secret;
import org.jspecify.annotations.Nullable;

/**
 * Keys of a Child SA as its owner uses them. Encryption keys carry their salt at the end (RFC 4106 §8.1). Whoever
 * receives them closes them once the kernel has its copy.
 *
 * @param integrityIn null with an AEAD
 */
public record ChildKeysInOut(Secret encryptionIn, @Nullable Secret integrityIn, Secret encryptionOut,
                             @Nullable Secret integrityOut) implements AutoCloseable {
    /**
     * @param initiated whether we initiated the exchange that made the SA: RFC 7296 §2.17, keys of the direction from
     *                  initiator to responder come first
     */
    public static ChildKeysInOut of(ChildKeys keys, boolean initiated) {
        return initiated
                ? new ChildKeysInOut(keys.responderEncryption(), keys.responderIntegrity(),
                        keys.initiatorEncryption(), keys.initiatorIntegrity())
                : new ChildKeysInOut(keys.initiatorEncryption(), keys.initiatorIntegrity(),
                        keys.responderEncryption(), keys.responderIntegrity());
    }

    @Override
    public void close() {
        encryptionIn.close();
        encryptionOut.close();
        if (integrityIn != null) {
            integrityIn.close();
        }
        if (integrityOut != null) {
            integrityOut.close();
        }
    }
}
