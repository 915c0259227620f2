package dev.keylane.ike.wire;

import dev.keylane.ike.wire.payload.Payload;
import java.util.List;

/**
 * IKE messages to and from octets, RFC 7296 §3.1. Decoding answers every datagram with a value and never throws;
 * encoding throws when handed a message that cannot be expressed, which is our own bug.
 */
public final class MessageCodec {
    private MessageCodec() {
    }

    /** Decodes a whole datagram, without non-ESP marker. */
    public static Decoded decode(Octets datagram) {
        return switch (open(datagram)) {
            case Envelope.Good good -> switch (good.payloads()) {
                case PayloadChain.Ok(List<Payload> payloads) -> new Decoded.Ok(new IkeMessage(good.header(), payloads));
                case PayloadChain.Malformed(String reason) -> new Decoded.Malformed(reason, good.header());
                case PayloadChain.UnsupportedCritical(int type) -> new Decoded.UnsupportedCritical(good.header(), type);
            };
            case Decoded.Malformed bad -> bad;
            case Decoded.WrongMajorVersion other -> other;
        };
    }

    /** Reads the header of a datagram, without non-ESP marker. */
    public static Envelope open(Octets datagram) {
        int length = datagram.length();
        if (length < IkeHeader.SIZE || length > MAX_DATAGRAM) {
            return new Decoded.Malformed("a datagram of " + length + " octets", null);
        }
        OctetReader in = new OctetReader(datagram.borrow(), 0, length);
        long spiInitiator = in.u64();
        long spiResponder = in.u64();
        int firstPayload = in.u8();
        int major = in.u8() >> 4;
        int exchange = in.u8();
        int flags = in.u8();
        IkeHeader header = new IkeHeader(spiInitiator, spiResponder, exchange, (flags & IkeHeader.FLAG_INITIATOR) != 0,
                (flags & IkeHeader.FLAG_RESPONSE) != 0, in.u32());
        // RFC 7296 §3.1: implementations "MUST reject or ignore messages containing a version number greater than 2"
        // and "MUST ignore the minor version number of received messages".
        if (major != MAJOR_VERSION) {
            return new Decoded.WrongMajorVersion(header, major);
        }
        if (in.u32() != length) {
            return new Decoded.Malformed("header: Length is not that of the datagram", header);
        }
        // RFC 7296 §3.1: "Initiator's SPI … This value MUST NOT be zero."
        if (spiInitiator == 0) {
            return new Decoded.Malformed("header: the initiator's SPI is zero", header);
        }
        return new Envelope.Good(header, firstPayload, datagram);
    }

    /**
     * Decodes the payloads found inside an SK payload: octets {@code from} to {@code to}, the first of them of
     * {@code firstType}, which is 0 when there are none.
     */
    public static PayloadChain decodeChain(int firstType, Octets octets, int from, int to) {
        return ChainCodec.decode(firstType, new OctetReader(octets.borrow(), from, to), false);
    }

    public static Octets encode(IkeHeader header, List<? extends Payload> payloads) {
        OctetWriter out = new OctetWriter(IkeHeader.SIZE + payloads.size() * USUAL_PAYLOAD);
        encodeHeader(header, firstType(payloads), out);
        encodeChain(payloads, out);
        finish(out);
        return out.toOctets();
    }

    /** The header in front of a payload of {@code firstType}; its length is filled in by {@link #finish}. */
    public static void encodeHeader(IkeHeader header, int firstType, OctetWriter out) {
        header.emit(firstType, out);
    }

    /** Appends the payloads with their generic headers. */
    public static void encodeChain(List<? extends Payload> payloads, OctetWriter out) {
        ChainCodec.encode(payloads, out);
    }

    /** What the Next Payload field in front of these payloads says. */
    public static int firstType(List<? extends Payload> payloads) {
        return payloads.isEmpty() ? PayloadType.NONE : payloads.getFirst().type();
    }

    /** Writes the header's Length, now that the message at the start of {@code out} is complete. */
    public static void finish(OctetWriter out) {
        if (out.length() > MAX_DATAGRAM) {
            throw new IllegalArgumentException("a message of " + out.length() + " octets");
        }
        out.patch32(IkeHeader.LENGTH_OFFSET, out.length());
    }

    private static final int MAJOR_VERSION = 2;
    private static final int MAX_DATAGRAM = 65_535;
    private static final int USUAL_PAYLOAD = 64;
}
