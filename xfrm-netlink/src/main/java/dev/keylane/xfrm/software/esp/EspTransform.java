package dev.keylane.xfrm.software.esp;

import java.nio.ByteBuffer;

/** How a packet is protected. It reads SPI (4), sequence number (4), IV, ciphertext, checksum; sizes are in octets. */
sealed interface EspTransform permits AeadTransform, CbcHmacTransform {
    int HEADER = 8;

    int ivSize();

    int checksumSize();

    /** What payload, padding and the two octets of the trailer must be a multiple of. */
    int alignment();

    /**
     * Seals a packet in place: header and plaintext are there, the room for IV and checksum is empty.
     *
     * @param length octets of plaintext, trailer included
     * @param seq    64 bits; never used with these keys before
     */
    void seal(CryptoLane lane, byte[] packet, int length, long seq);

    /**
     * Opens a packet of {@code length} octets into {@code out}. The packet itself is not written to.
     *
     * @return octets of plaintext, trailer included, or -1 when it is not authentic
     */
    int open(CryptoLane lane, byte[] packet, int from, int length, long seq, byte[] out, int outFrom);

    /** The least a packet can have. */
    default int smallest() {
        return HEADER + ivSize() + alignment() + checksumSize();
    }

    static void putInt(byte[] target, int at, int value) {
        ByteBuffer.wrap(target).putInt(at, value);
    }
}
