package dev.keylane.ike.exchange;

import dev.keylane.ike.wire.IkeMessage;

/** What came out of a protected message. All but {@link Unauthentic} have passed the integrity check. */
public sealed interface Opened {
    /** @param message the header, now authentic, and the payloads from inside the SK payload only */
    record Ok(IkeMessage message) implements Opened {
    }

    /** The checksum is wrong, or there is no room for one: not from the peer. */
    record Unauthentic() implements Opened {
    }

    /** From the peer, but not well-formed. */
    record Malformed(String reason) implements Opened {
    }

    /** From the peer and well-formed, but this payload is unknown to us and marked critical. */
    record UnsupportedCritical(int payloadType) implements Opened {
    }
}
