package dev.keylane.steering.program;

import java.nio.ByteBuffer;

/** A place in a frame. It may be moved beyond the end; taking what is not there throws. */
final class FrameReader {
    static final class TooShort extends RuntimeException {
        private static final long serialVersionUID = 1;

        private TooShort() {
            super("", null, false, false);
        }
    }

    private final byte[] frame;
    private int at;

    FrameReader(byte[] frame) {
        this.frame = frame;
    }

    void skip(int octets) {
        at += octets;
    }

    int u16() {
        return take(2).getShort(0) & 0xffff;
    }

    ByteBuffer take(int octets) {
        if (at + octets > frame.length) {
            throw new TooShort();
        }
        at += octets;
        return ByteBuffer.wrap(frame, at - octets, octets).slice();
    }
}
