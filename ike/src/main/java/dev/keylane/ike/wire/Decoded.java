package dev.keylane.ike.wire;

import org.jspecify.annotations.Nullable;

/** What a datagram turned out to be. Nothing in it is authentic yet. */
public sealed interface Decoded {
    record Ok(IkeMessage message) implements Decoded {
    }

    /**
     * @param reason names the field at fault; holds no octets of the peer's
     * @param header null when not even the header could be read
     */
    record Malformed(String reason, @Nullable IkeHeader header) implements Decoded, Envelope {
    }

    /** Well-formed, but a payload outside any SK payload is unknown to us and marked critical. */
    record UnsupportedCritical(IkeHeader header, int payloadType) implements Decoded {
    }

    /**
     * Another major version; only the header was read, at the places IKEv2 has for its fields.
     *
     * @param version the major version, 0..15
     */
    record WrongMajorVersion(IkeHeader header, int version) implements Decoded, Envelope {
    }
}
