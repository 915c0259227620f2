package dev.keylane.ike.crypto.jca;

import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.crypto.Secret;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;

/**
 * An AEAD whose nonce is the key's last four octets followed by the message's IV: RFC 5282 §4 for AES-GCM, RFC 7634 §2
 * for ChaCha20-Poly1305. It borrows the key, so it stops working when the key is destroyed.
 */
abstract sealed class JcaAead implements Crypto.Aead {
    private final Cipher cipher;
    private final Secret keyAndSalt;
    private final RawKey key;

    private JcaAead(Cipher cipher, Secret keyAndSalt, String algorithm) {
        if (keyAndSalt.length() <= SALT_SIZE) {
            throw new IllegalArgumentException("an AEAD key of " + keyAndSalt.length() + " octets");
        }
        this.cipher = cipher;
        this.keyAndSalt = keyAndSalt;
        this.key = new RawKey(keyAndSalt, keyAndSalt.length() - SALT_SIZE, algorithm);
    }

    abstract AlgorithmParameterSpec parameters(byte[] nonce);

    @Override
    public int seal(long iv, byte[] aad, int aadLength, byte[] in, int from, int length, byte[] out, int outFrom) {
        try {
            begin(Cipher.ENCRYPT_MODE, iv, aad, aadLength);
            return cipher.doFinal(in, from, length, out, outFrom);
        } catch (GeneralSecurityException badCall) {
            throw new IllegalStateException(badCall);
        }
    }

    @Override
    public int open(long iv, byte[] aad, int aadLength, byte[] in, int from, int length, byte[] out, int outFrom) {
        if (length < TAG_SIZE) {
            return -1;
        }
        try {
            begin(Cipher.DECRYPT_MODE, iv, aad, aadLength);
            return cipher.doFinal(in, from, length, out, outFrom);
        } catch (AEADBadTagException forged) {
            return -1;
        } catch (GeneralSecurityException badCall) {
            throw new IllegalStateException(badCall);
        }
    }

    private void begin(int mode, long iv, byte[] aad, int aadLength) throws GeneralSecurityException {
        byte[] nonce = ByteBuffer.allocate(NONCE_SIZE)
                .put(keyAndSalt.borrow(), keyAndSalt.length() - SALT_SIZE, SALT_SIZE)
                .putLong(iv)
                .array();
        cipher.init(mode, key, parameters(nonce));
        cipher.updateAAD(aad, 0, aadLength);
    }

    static final class Gcm extends JcaAead {
        Gcm(Cipher cipher, Secret key) {
            super(cipher, key, "AES");
        }

        @Override
        AlgorithmParameterSpec parameters(byte[] nonce) {
            return new GCMParameterSpec(TAG_SIZE * 8, nonce);
        }
    }

    static final class ChaCha extends JcaAead {
        ChaCha(Cipher cipher, Secret key) {
            super(cipher, key, "ChaCha20");
        }

        @Override
        AlgorithmParameterSpec parameters(byte[] nonce) {
            return new IvParameterSpec(nonce);
        }
    }

    private static final int SALT_SIZE = 4;
    private static final int NONCE_SIZE = 12;
    private static final int TAG_SIZE = 16;
}
