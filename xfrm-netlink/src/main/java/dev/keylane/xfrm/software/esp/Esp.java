package dev.keylane.xfrm.software.esp;

import dev.keylane.ike.proposal.IntegrityAlgorithm;
import dev.keylane.xfrm.SaAlgorithms;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Seals and opens the packets of one state. Any number of threads, each with its own lane. */
public final class Esp {
    private final int spi;
    private final EspTransform transform;

    private Esp(int spi, EspTransform transform) {
        this.spi = spi;
        this.transform = transform;
    }

    public static Esp of(int spi, SaAlgorithms algorithms, EspKeys keys, boolean esn) {
        return new Esp(spi, transform(algorithms, keys, esn));
    }

    private static EspTransform transform(SaAlgorithms algorithms, EspKeys keys, boolean esn) {
        if (algorithms.encryption().isAead()) {
            return new AeadTransform(algorithms.encryption(), keys, esn);
        }
        IntegrityAlgorithm integrity = algorithms.integrity();
        if (integrity == null) {
            throw new IllegalArgumentException("encryption without integrity");
        }
        return new CbcHmacTransform(integrity, keys, esn);
    }

    /**
     * The ESP packet of a payload.
     *
     * @param seq    a number never used with this state's keys
     * @param padTo  octets that the payload is extended to with zeros (traffic flow confidentiality)
     */
    public byte[] seal(CryptoLane lane, long seq, int nextHeader, byte[] payload, int from, int length, int padTo) {
        int body = EspTransform.HEADER + transform.ivSize();
        int plain = Math.max(length, padTo);
        int sealed = EspTrailer.paddedSize(plain, transform.alignment());
        byte[] packet = new byte[body + sealed + transform.checksumSize()];
        ByteBuffer.wrap(packet).putInt(spi).putInt((int) seq);
        System.arraycopy(payload, from, packet, body, length);
        EspTrailer.write(packet, body + plain, body + sealed, nextHeader);
        transform.seal(lane, packet, sealed, seq);
        return packet;
    }

    /** Room that {@link #open} needs behind {@code outFrom} for a packet of {@code length} octets. */
    public int plaintextRoom(int length) {
        return Math.max(0, length - EspTransform.HEADER - transform.ivSize());
    }

    /**
     * Opens a packet.
     *
     * @param seq the number inferred for it
     * @return octets of payload and trailer in {@code out}, or -1 when it is too short or not authentic
     */
    public int open(CryptoLane lane, byte[] packet, int from, int length, long seq, byte[] out, int outFrom) {
        if (length < transform.smallest()) {
            return -1;
        }
        int opened = transform.open(lane, packet, from, length, seq, out, outFrom);
        if (opened < 0) {
            Arrays.fill(out, outFrom, outFrom + plaintextRoom(length), (byte) 0);
        }
        return opened;
    }

    public static int spi(byte[] packet, int from) {
        return ByteBuffer.wrap(packet).getInt(from);
    }

    /** The low 32 bits of the number. */
    public static int sequence(byte[] packet, int from) {
        return ByteBuffer.wrap(packet).getInt(from + 4);
    }

    /** Octets of SPI and sequence number, without which nothing can be said about a packet. */
    public static final int HEADER = EspTransform.HEADER;
}
