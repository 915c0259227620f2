package dev.keylane.xfrm.software.esp;

import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import java.nio.ByteBuffer;

/** AES-GCM with a 16-octet tag (RFC 4106) and ChaCha20-Poly1305 (RFC 7634). */
final class AeadTransform implements EspTransform {
    private final EncryptionAlgorithm algorithm;
    private final EspKeys keys;
    private final boolean esn;

    AeadTransform(EncryptionAlgorithm algorithm, EspKeys keys, boolean esn) {
        this.algorithm = algorithm;
        this.keys = keys;
        this.esn = esn;
    }

    @Override
    public int ivSize() {
        return algorithm.ivSize();
    }

    @Override
    public int checksumSize() {
        return algorithm.tagSize();
    }

    @Override
    public int alignment() {
        return 4;
    }

    /**
     * RFC 4106 §3.1: for a given key, the IV MUST NOT repeat; the most natural way is a counter. The sequence number
     * is one.
     */
    @Override
    public void seal(CryptoLane lane, byte[] packet, int length, long seq) {
        seal(lane, packet, length, seq, seq);
    }

    void seal(CryptoLane lane, byte[] packet, int length, long seq, long iv) {
        ByteBuffer.wrap(packet).putLong(HEADER, iv);
        int aadLength = associate(lane, packet, 0, seq);
        aead(lane).seal(iv, lane.associatedData(), aadLength, packet, HEADER + IV, length, packet, HEADER + IV);
    }

    @Override
    public int open(CryptoLane lane, byte[] packet, int from, int length, long seq, byte[] out, int outFrom) {
        long iv = ByteBuffer.wrap(packet).getLong(from + HEADER);
        int aadLength = associate(lane, packet, from, seq);
        return aead(lane).open(iv, lane.associatedData(), aadLength, packet, from + HEADER + IV, length - HEADER - IV,
                out, outFrom);
    }

    /** RFC 4106 §5: the SPI and the sequence number, of 32 bits or, with ESN, of all 64. */
    private int associate(CryptoLane lane, byte[] packet, int from, long seq) {
        ByteBuffer aad = ByteBuffer.wrap(lane.associatedData()).put(packet, from, 4);
        if (esn) {
            aad.putLong(seq);
        } else {
            aad.putInt((int) seq);
        }
        return aad.position();
    }

    private Crypto.Aead aead(CryptoLane lane) {
        return lane.crypto().aead(algorithm, keys.encryption());
    }

    private static final int IV = 8;
}
