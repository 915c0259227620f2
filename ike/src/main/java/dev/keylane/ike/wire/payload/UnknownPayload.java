package dev.keylane.ike.wire.payload;

import dev.keylane.ike.wire.Octets;

/**
 * A payload we know nothing of, kept as it stands.
 *
 * @param critical the C bit, RFC 7296 §2.5: set, it made the decoder refuse the message unless {@code type} is one
 *                 that RFC 7296 defines and we merely do not use
 */
public record UnknownPayload(int type, boolean critical, Octets body) implements Payload {
}
