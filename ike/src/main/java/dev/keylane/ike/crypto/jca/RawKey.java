package dev.keylane.ike.crypto.jca;

import dev.keylane.ike.crypto.Secret;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import javax.crypto.SecretKey;

/**
 * The first octets of a {@link Secret} as the JCA wants a key, without a second lasting copy: providers get a fresh
 * array from {@link #getEncoded} and the JDK's overwrite it when done. Unlike SecretKeySpec it may be empty, as a
 * pre-shared key may.
 */
final class RawKey implements SecretKey {
    private static final long serialVersionUID = 1;

    private final transient Secret secret;
    private final int length;
    private final String algorithm;

    RawKey(Secret secret, int length, String algorithm) {
        this.secret = secret;
        this.length = length;
        this.algorithm = algorithm;
    }

    RawKey(Secret secret, String algorithm) {
        this(secret, secret.length(), algorithm);
    }

    @Override
    public String getAlgorithm() {
        return algorithm;
    }

    @Override
    public String getFormat() {
        return "RAW";
    }

    @Override
    public byte[] getEncoded() {
        return Arrays.copyOf(secret.borrow(), length);
    }

    private void writeObject(ObjectOutputStream out) throws NotSerializableException {
        throw new NotSerializableException("key material");
    }
}
