package dev.keylane.steering.program;

import java.util.Arrays;

/** Frames in the making. */
final class Octet {
    private Octet() {
    }

    static byte[] s(int... octets) {
        byte[] bytes = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            bytes[i] = (byte) octets[i];
        }
        return bytes;
    }

    static byte[] u32(int value) {
        return s(value >>> 24, value >>> 16, value >>> 8, value);
    }

    static byte[] join(byte[]... parts) {
        byte[] all = new byte[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    /** Octets that are never zero at the start and mean nothing. */
    static byte[] filler(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (0xa5 ^ i);
        }
        return bytes;
    }
}
