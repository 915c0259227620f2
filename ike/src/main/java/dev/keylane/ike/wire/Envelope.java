package dev.keylane.ike.wire;

/**
 * What the header of a datagram says. Whose it is can be told from that alone, so that a flood costs no more than reading
 * it; nothing behind it has been looked at.
 */
public sealed interface Envelope permits Envelope.Good, Decoded.Malformed, Decoded.WrongMajorVersion {
    /** @param firstPayload what is behind the header, one of {@link PayloadType} */
    record Good(IkeHeader header, int firstPayload, Octets datagram) implements Envelope {
        /** The payloads; an SK or SKF payload is left sealed, as an EncryptedPayload or FragmentPayload. */
        public PayloadChain payloads() {
            return ChainCodec.decode(firstPayload, body(), true);
        }

        /** What a cookie is about, without reading the rest. */
        public InitGlance glance() {
            return InitGlance.at(firstPayload, body());
        }

        private OctetReader body() {
            return new OctetReader(datagram.borrow(), IkeHeader.SIZE, datagram.length());
        }
    }
}
