package dev.keylane.ike.wire;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * An immutable run of octets, compared by content. Ordering is that of unsigned octet strings, a shorter prefix first,
 * which is how RFC 7296 §2.8.1 compares nonces.
 */
public final class Octets implements Comparable<Octets> {
    public static final Octets EMPTY = new Octets(new byte[0]);

    private final byte[] bytes;

    private Octets(byte[] bytes) {
        this.bytes = bytes;
    }

    public static Octets copyOf(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Octets(bytes.clone());
    }

    public static Octets copyOf(byte[] bytes, int from, int to) {
        return from == to ? EMPTY : new Octets(Arrays.copyOfRange(bytes, from, to));
    }

    /** Takes the array over: the caller must not write to it again. */
    public static Octets wrap(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Octets(bytes);
    }

    public static Octets of(int... octets) {
        byte[] bytes = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            bytes[i] = (byte) octets[i];
        }
        return wrap(bytes);
    }

    /** Hexadecimal digits, blanks allowed between octets. */
    public static Octets ofHex(String hex) {
        return wrap(HexFormat.of().parseHex(hex.replaceAll("\\s+", "")));
    }

    public static Octets concat(Octets... parts) {
        int length = 0;
        for (Octets part : parts) {
            length += part.length();
        }
        byte[] all = new byte[length];
        int at = 0;
        for (Octets part : parts) {
            at = part.copyTo(all, at);
        }
        return wrap(all);
    }

    public int length() {
        return bytes.length;
    }

    public boolean isEmpty() {
        return bytes.length == 0;
    }

    /** The octet at {@code index} as 0..255. */
    public int get(int index) {
        return bytes[index] & 0xff;
    }

    public Octets slice(int from, int to) {
        return from == 0 && to == bytes.length ? this : copyOf(bytes, from, to);
    }

    /** Copies everything to {@code target} from {@code at}; answers the offset behind the last octet written. */
    public int copyTo(byte[] target, int at) {
        System.arraycopy(bytes, 0, target, at, bytes.length);
        return at + bytes.length;
    }

    public byte[] toByteArray() {
        return bytes.clone();
    }

    /** The octets without a copy, for readers that never write and never keep the array. */
    public byte[] borrow() {
        return bytes;
    }

    public String toHex() {
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public int compareTo(Octets other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Octets that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return bytes.length <= SHOWN
                ? toHex()
                : HexFormat.of().formatHex(bytes, 0, SHOWN) + "…(" + bytes.length + ")";
    }

    private static final int SHOWN = 32;
}
