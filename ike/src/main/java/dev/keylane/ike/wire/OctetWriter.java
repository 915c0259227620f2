package dev.keylane.ike.wire;

import java.util.Arrays;

/** Writes big-endian fields into a growing buffer; length fields are patched when what they measure is known. */
public final class OctetWriter {
    private byte[] bytes;
    private int length;

    public OctetWriter(int expected) {
        bytes = new byte[expected];
    }

    public int length() {
        return length;
    }

    public OctetWriter u8(int value) {
        int from = grow(1);
        bytes[from] = (byte) value;
        return this;
    }

    public OctetWriter u16(int value) {
        put16(grow(2), value);
        return this;
    }

    public OctetWriter u32(int value) {
        put32(grow(4), value);
        return this;
    }

    public OctetWriter u64(long value) {
        int from = grow(8);
        put32(from, (int) (value >>> 32));
        put32(from + 4, (int) value);
        return this;
    }

    public OctetWriter octets(Octets octets) {
        int from = grow(octets.length());
        octets.copyTo(bytes, from);
        return this;
    }

    public OctetWriter zeros(int count) {
        grow(count);
        return this;
    }

    /** Writes into octets {@code at} and {@code at + 1}, which have been written before. */
    public void patch16(int at, int value) {
        if (value >>> 16 != 0) {
            throw new IllegalArgumentException("a length of " + value + " does not fit 16 bits");
        }
        put16(at, value);
    }

    /** Writes into the four octets at {@code at}, which have been written before. */
    public void patch32(int at, int value) {
        put32(at, value);
    }

    /** The buffer behind this writer, to encrypt in place; valid until the next write. */
    public byte[] borrow() {
        return bytes;
    }

    /** What was written, by handing the buffer over when it is full; nothing may be written afterwards. */
    public Octets toOctets() {
        return length == bytes.length ? Octets.wrap(bytes) : Octets.copyOf(bytes, 0, length);
    }

    private int grow(int count) {
        int from = length;
        length += count;
        if (length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length, 2 * bytes.length));
        }
        return from;
    }

    private void put16(int at, int value) {
        bytes[at] = (byte) (value >> 8);
        bytes[at + 1] = (byte) value;
    }

    private void put32(int at, int value) {
        put16(at, value >>> 16);
        put16(at + 2, value);
    }
}
