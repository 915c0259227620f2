package dev.keylane.ike.wire.payload;

import dev.keylane.ike.wire.OctetReader;
import dev.keylane.ike.wire.OctetWriter;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.PayloadType;

/**
 * Configuration payload, RFC 7296 §3.15, its attributes unread.
 *
 * @param configType CFG Type, an octet: 1 request, 2 reply, 3 set, 4 ack
 */
public record ConfigPayload(int configType, Octets attributes) implements Payload {
    @Override
    public int type() {
        return PayloadType.CP;
    }

    static ConfigPayload parse(OctetReader in) {
        int configType = in.u8();
        in.skip(3);
        return new ConfigPayload(configType, in.rest());
    }

    void emit(OctetWriter out) {
        out.u8(configType).zeros(3).octets(attributes);
    }
}
