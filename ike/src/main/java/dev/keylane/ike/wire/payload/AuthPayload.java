package dev.keylane.ike.wire.payload;

import dev.keylane.ike.wire.OctetReader;
import dev.keylane.ike.wire.OctetWriter;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.PayloadType;

/**
 * Authentication payload, RFC 7296 §3.8.
 *
 * @param method Auth Method, an octet: 2 is {@link #SHARED_KEY}
 */
public record AuthPayload(int method, Octets data) implements Payload {
    /** Shared Key Message Integrity Code, RFC 7296 §2.15. */
    public static final int SHARED_KEY = 2;

    @Override
    public int type() {
        return PayloadType.AUTH;
    }

    static AuthPayload parse(OctetReader in) {
        int method = in.u8();
        in.skip(3);
        return new AuthPayload(method, in.rest());
    }

    void emit(OctetWriter out) {
        out.u8(method).zeros(3).octets(data);
    }
}
