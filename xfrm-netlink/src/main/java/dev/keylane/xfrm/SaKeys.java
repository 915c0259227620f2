package dev.keylane.xfrm;

import dev.keylane.ike.crypto.Secret;
import org.jspecify.annotations.Nullable;

/**
 * @param encryption key, with salt at its end for an AEAD
 * @param integrity  null with an AEAD
 */
public record SaKeys(Secret encryption, @Nullable Secret integrity) implements AutoCloseable {
    /** The same keys in memory of their own, for whoever outlives their owner. */
    public SaKeys copy() {
        return new SaKeys(encryption.slice(0, encryption.length()),
                integrity == null ? null : integrity.slice(0, integrity.length()));
    }

    @Override
    public void close() {
        encryption.close();
        if (integrity != null) {
            integrity.close();
        }
    }
}
