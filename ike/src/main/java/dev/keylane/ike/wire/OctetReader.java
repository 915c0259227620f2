package dev.keylane.ike.wire;

/**
 * Reads big-endian fields from a bounded run of octets, without copying it. A length-prefixed part is read through a
 * {@link #sub sub-reader}, which cannot see past its end.
 *
 * <p>Whatever does not fit (an overrun, {@link #end leftovers}, a broken {@link #require requirement}) ends the whole
 * decoding: {@link MessageCodec} turns it into a {@code Malformed} value with the reason given here. Readers are
 * therefore used below a codec only.
 */
public final class OctetReader {
    private final byte[] bytes;
    private final int end;
    private int at;

    OctetReader(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.at = from;
        this.end = to;
    }

    public int remaining() {
        return end - at;
    }

    /** Offset of the next octet from the first one of the message. */
    public int position() {
        return at;
    }

    public int u8() {
        return bytes[advance(1)] & 0xff;
    }

    public int u16() {
        int from = advance(2);
        return (bytes[from] & 0xff) << 8 | bytes[from + 1] & 0xff;
    }

    /** 32 bits; unsigned values above 2^31 come out negative. */
    public int u32() {
        return u16() << 16 | u16();
    }

    /** 64 bits, unsigned like {@link #u32}. */
    public long u64() {
        return (long) u32() << 32 | u32() & 0xffff_ffffL;
    }

    public Octets octets(int count) {
        int from = advance(count);
        return Octets.copyOf(bytes, from, from + count);
    }

    public Octets rest() {
        return octets(remaining());
    }

    public void skip(int count) {
        advance(count);
    }

    /** A reader of the next {@code count} octets, which this one passes over. */
    public OctetReader sub(int count) {
        int from = advance(count);
        return new OctetReader(bytes, from, from + count);
    }

    /** Everything must have been read. */
    public void end() {
        require(at == end, "octets behind the last field");
    }

    /** What the format demands; {@code reason} says how it was broken. */
    public void require(boolean holds, String reason) {
        if (!holds) {
            throw new SyntaxSignal(reason);
        }
    }

    private int advance(int count) {
        require(count >= 0 && count <= end - at, "a field ends behind its container");
        int from = at;
        at += count;
        return from;
    }
}
