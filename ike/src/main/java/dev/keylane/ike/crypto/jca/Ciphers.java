package dev.keylane.ike.crypto.jca;

import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.wire.Octets;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;

/**
 * The JDK's ciphers, one object of each kind, keyed anew for every message: an SA then costs no cipher state. Each holds
 * the last key it was given until the next message. Sealing twice in a row with one key and nonce throws.
 */
final class Ciphers {
    private final Cipher cbc = cipher("AES/CBC/NoPadding");
    private final Cipher gcm = cipher("AES/GCM/NoPadding");
    private final Cipher chacha = cipher("ChaCha20-Poly1305");

    Octets cbc(boolean encrypt, Secret key, Octets iv, byte[] data, int from, int length) {
        try {
            cbc.init(encrypt ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE, new RawKey(key, "AES"),
                    new IvParameterSpec(iv.borrow()));
            return Octets.wrap(cbc.doFinal(data, from, length));
        } catch (GeneralSecurityException badCall) {
            throw new IllegalStateException(badCall);
        }
    }

    Crypto.Aead aead(EncryptionAlgorithm algorithm, Secret key) {
        return switch (algorithm) {
            case AES_GCM_16 -> new JcaAead.Gcm(gcm, key);
            case CHACHA20_POLY1305 -> new JcaAead.ChaCha(chacha, key);
            case AES_CBC -> throw new IllegalArgumentException("AES-CBC is no AEAD");
        };
    }

    private static Cipher cipher(String transformation) {
        try {
            return Cipher.getInstance(transformation);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
