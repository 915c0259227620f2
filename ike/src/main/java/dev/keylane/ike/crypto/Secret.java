package dev.keylane.ike.crypto;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Key material. It is never printed, compares in constant time, and is overwritten with zeros by {@link #close}; using
 * it afterwards is our own bug and throws.
 */
public final class Secret implements AutoCloseable {
    private final byte[] bytes;
    private boolean closed;

    private Secret(byte[] bytes) {
        this.bytes = bytes;
    }

    public static Secret copyOf(byte[] bytes) {
        return new Secret(bytes.clone());
    }

    /** Takes the array over: the caller must neither read nor write it again. */
    public static Secret wrap(byte[] bytes) {
        return new Secret(bytes);
    }

    public int length() {
        return bytes.length;
    }

    /** The octets themselves, for the length of one call; never kept, never written to. */
    public byte[] borrow() {
        if (closed) {
            throw new IllegalStateException("key material used after it was destroyed");
        }
        return bytes;
    }

    public boolean isClosed() {
        return closed;
    }

    /** A copy of octets {@code from} to {@code to} as a secret of its own. */
    public Secret slice(int from, int to) {
        return new Secret(Arrays.copyOfRange(borrow(), from, to));
    }

    @Override
    public void close() {
        Arrays.fill(bytes, (byte) 0);
        closed = true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret that && MessageDigest.isEqual(borrow(), that.borrow());
    }

    /** Constant, so that no hash of a key leaves this class. */
    @Override
    public int hashCode() {
        return bytes.length;
    }

    @Override
    public String toString() {
        return "Secret[" + bytes.length + "]";
    }
}
