package dev.keylane.xfrm.software.esp;

import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.proposal.IntegrityAlgorithm;
import dev.keylane.ike.wire.Octets;
import java.security.MessageDigest;
import java.util.Arrays;

/** AES-CBC (RFC 3602) with HMAC-SHA2 (RFC 4868), encrypted first. */
final class CbcHmacTransform implements EspTransform {
    private final IntegrityAlgorithm integrity;
    private final EspKeys keys;
    private final boolean esn;

    CbcHmacTransform(IntegrityAlgorithm integrity, EspKeys keys, boolean esn) {
        this.integrity = integrity;
        this.keys = keys;
        this.esn = esn;
    }

    @Override
    public int ivSize() {
        return BLOCK;
    }

    @Override
    public int checksumSize() {
        return integrity.checksumSize();
    }

    @Override
    public int alignment() {
        return BLOCK;
    }

    @Override
    public void seal(CryptoLane lane, byte[] packet, int length, long seq) {
        // RFC 3602 §3: the IV MUST be chosen at random, and MUST be unpredictable.
        Octets iv = lane.random().octets(BLOCK);
        iv.copyTo(packet, HEADER);
        int body = HEADER + BLOCK;
        lane.crypto().cbc(true, keys.encryption(), iv, packet, body, length).copyTo(packet, body);
        int end = body + length;
        checksum(lane, packet, 0, end, seq).copyTo(packet, end);
    }

    @Override
    public int open(CryptoLane lane, byte[] packet, int from, int length, long seq, byte[] out, int outFrom) {
        int body = from + HEADER + BLOCK;
        int end = from + length - checksumSize();
        byte[] claimed = Arrays.copyOfRange(packet, end, from + length);
        byte[] checked = Arrays.copyOfRange(packet, from, from + length);
        Octets right = checksum(lane, checked, 0, length - checksumSize(), seq);
        if (!MessageDigest.isEqual(right.borrow(), claimed) || (end - body) % BLOCK != 0) {
            return -1;
        }
        Octets iv = Octets.copyOf(packet, from + HEADER, body);
        Octets plain = lane.crypto().cbc(false, keys.encryption(), iv, packet, body, end - body);
        return plain.copyTo(out, outFrom) - outFrom;
    }

    /** RFC 4303 §2.2.1: with ESN the high-order 32 bits are appended to what is checked, but not sent. */
    private Octets checksum(CryptoLane lane, byte[] packet, int from, int end, long seq) {
        int covered = end - from;
        if (esn) {
            EspTransform.putInt(packet, end, (int) (seq >>> 32));
            covered += 4;
        }
        return lane.crypto().checksum(integrity, integrityKey(), packet, from, covered);
    }

    private Secret integrityKey() {
        Secret key = keys.integrity();
        if (key == null) {
            throw new IllegalStateException("AES-CBC without an integrity key");
        }
        return key;
    }

    private static final int BLOCK = 16;
}
