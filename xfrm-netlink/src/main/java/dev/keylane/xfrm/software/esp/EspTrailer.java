package dev.keylane.xfrm.software.esp;

import org.jspecify.annotations.Nullable;

/**
 * Padding, pad length and next header at the end of the plaintext, RFC 4303 §2.4-2.6.
 *
 * @param payloadLength octets in front of the padding
 */
public record EspTrailer(int payloadLength, int nextHeader) {
    public static final int IPV4 = 4;
    public static final int IPV6 = 41;
    /** RFC 4303 §2.6: a dummy packet, which the receiver MUST be prepared to discard without indicating an error. */
    public static final int NO_NEXT_HEADER = 59;

    /** The smallest multiple of {@code alignment} that holds a payload and its trailer. */
    static int paddedSize(int payload, int alignment) {
        return (payload + SIZE + alignment - 1) / alignment * alignment;
    }

    /** Fills the plaintext from {@code from}, where the payload ends, to {@code end}. */
    static void write(byte[] packet, int from, int end, int nextHeader) {
        int padding = end - SIZE - from;
        // RFC 4303 §2.4: the padding bytes are a series of integer values that start with 1.
        for (int i = 0; i < padding; i++) {
            packet[from + i] = (byte) (i + 1);
        }
        packet[end - 2] = (byte) padding;
        packet[end - 1] = (byte) nextHeader;
    }

    /** Reads the trailer of {@code length} octets of plaintext; null when the padding is not what it must be. */
    public static @Nullable EspTrailer of(byte[] plain, int from, int length) {
        if (length < SIZE) {
            return null;
        }
        int padding = plain[from + length - 2] & 0xff;
        int payload = length - SIZE - padding;
        if (payload < 0) {
            return null;
        }
        // RFC 4303 §2.4: the receiver SHOULD inspect the Padding field.
        for (int i = 0; i < padding; i++) {
            if ((plain[from + payload + i] & 0xff) != i + 1) {
                return null;
            }
        }
        return new EspTrailer(payload, plain[from + length - 1] & 0xff);
    }

    private static final int SIZE = 2;
}
