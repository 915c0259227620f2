package dev.keylane.ike.wire.payload;

import dev.keylane.ike.wire.OctetReader;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.PayloadType;

/**
 * Encrypted and Authenticated Fragment payload, RFC 7383 §2.5, still sealed.
 *
 * @param firstInner in fragment 1 the type of the first payload of the whole message, otherwise 0
 * @param number     of this fragment, from 1
 * @param total      fragments of the message
 * @param offset     of {@code body} from the first octet of the datagram, like {@link EncryptedPayload#offset}
 * @param body       IV, ciphertext and integrity checksum
 */
public record FragmentPayload(int firstInner, int number, int total, int offset, Octets body) implements Payload {
    @Override
    public int type() {
        return PayloadType.SKF;
    }

    static FragmentPayload parse(int next, OctetReader in) {
        int number = in.u16();
        int total = in.u16();
        // RFC 7383 §2.6: numbers that are zero, or a Fragment Number above Total Fragments, make the message invalid;
        // it is silently discarded.
        in.require(number >= 1 && number <= total, "a fragment number outside 1 to the total");
        return new FragmentPayload(next, number, total, in.position(), in.rest());
    }
}
