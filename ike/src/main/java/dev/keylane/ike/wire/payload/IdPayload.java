package dev.keylane.ike.wire.payload;

import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.wire.OctetReader;
import dev.keylane.ike.wire.OctetWriter;
import dev.keylane.ike.wire.PayloadType;

/**
 * Identification payload, RFC 7296 §3.5.
 *
 * @param initiator IDi, otherwise IDr
 */
public record IdPayload(boolean initiator, Identification id) implements Payload {
    @Override
    public int type() {
        return initiator ? PayloadType.ID_I : PayloadType.ID_R;
    }

    static IdPayload parse(boolean initiator, OctetReader in) {
        int type = in.u8();
        in.skip(3);
        // RFC 7296 §3.5: ID_IPV4_ADDR is "a single four (4) octet IPv4 address", ID_IPV6_ADDR "a single sixteen (16)
        // octet IPv6 address".
        in.require(type != Identification.IPV4_ADDR || in.remaining() == 4, "an IPv4 address that is not of 4 octets");
        in.require(type != Identification.IPV6_ADDR || in.remaining() == 16,
                "an IPv6 address that is not of 16 octets");
        return new IdPayload(initiator, new Identification(type, in.rest()));
    }

    void emit(OctetWriter out) {
        out.u8(id.type()).zeros(3).octets(id.data());
    }
}
