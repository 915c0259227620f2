package dev.keylane.xfrm;

import dev.keylane.ike.crypto.Secret;
import org.jspecify.annotations.Nullable;

/**
 * @param encryption key, with salt at its end for an AEAD
 * @param integrity  null with an AEAD
 */
public record SaKeys(Secret encryption, @Nullable Secret integrity) {
}
