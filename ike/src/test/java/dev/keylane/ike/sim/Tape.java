package dev.keylane.ike.sim;

import dev.keylane.ike.wire.Octets;

/** Octets read as decisions: what a fuzzer writes is a story. Behind its end there are only zeros. */
public final class Tape {
    private final byte[] data;
    private int at;

    public Tape(byte[] data) {
        this.data = data;
    }

    public boolean isOver() {
        return at >= data.length;
    }

    public int u8() {
        return isOver() ? 0 : data[at++] & 0xff;
    }

    public int u16() {
        return u8() << 8 | u8();
    }

    public boolean flag() {
        return (u8() & 1) != 0;
    }

    /** @param bound 1..256 */
    public int below(int bound) {
        return u8() % bound;
    }

    /** An octet that says how many, and so many of the rest. */
    public Octets octets() {
        int from = Math.min(data.length, at + 1);
        at = Math.min(data.length, from + u8());
        return Octets.copyOf(data, from, at);
    }
}
