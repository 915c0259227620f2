package dev.keylane.ike.wire.payload;

import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.PayloadType;

/**
 * Encrypted and Authenticated payload, RFC 7296 §3.14, still sealed.
 *
 * @param firstInner type of the first payload inside, 0 when there is none
 * @param offset     of {@code body} from the first octet of the message it was read from: what stands before it is
 *                   associated data. Ignored on the way out
 * @param body       IV, ciphertext and integrity checksum
 */
public record EncryptedPayload(int firstInner, int offset, Octets body) implements Payload {
    @Override
    public int type() {
        return PayloadType.SK;
    }
}
