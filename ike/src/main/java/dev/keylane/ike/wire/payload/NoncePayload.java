package dev.keylane.ike.wire.payload;

import dev.keylane.ike.wire.OctetReader;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.PayloadType;

/** Nonce payload, RFC 7296 §3.9. */
public record NoncePayload(Octets data) implements Payload {
    public NoncePayload {
        if (!fits(data.length())) {
            throw new IllegalArgumentException("a nonce of " + data.length() + " octets");
        }
    }

    @Override
    public int type() {
        return PayloadType.NONCE;
    }

    static NoncePayload parse(OctetReader in) {
        in.require(fits(in.remaining()), "not between 16 and 256 octets long");
        return new NoncePayload(in.rest());
    }

    /** RFC 7296 §3.9: "The size of the Nonce Data MUST be between 16 and 256 octets, inclusive." */
    private static boolean fits(int length) {
        return length >= 16 && length <= 256;
    }
}
