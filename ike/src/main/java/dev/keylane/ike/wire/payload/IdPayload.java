package dev.keylane.ike.wire.payload;

import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.wire.OctetReader;
import dev.keylane.ike.wire.OctetWriter;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.PayloadType;

/**
 * Identification payload, RFC 7296 §3.5.
 *
 * @param initiator IDi, otherwise IDr
 * @param reserved  three octets that are sent as zero and ignored but for AUTH, which covers them as they were sent
 */
public record IdPayload(boolean initiator, Identification id, int reserved) implements Payload {
    public IdPayload(boolean initiator, Identification id) {
        this(initiator, id, 0);
    }

    /** RFC 7296 §2.15: RestOfInitIDPayload = IDType | RESERVED | InitIDData. */
    public Octets body() {
        return Octets.concat(Octets.of(id.type(), reserved >> 16, reserved >> 8, reserved), id.data());
    }

    @Override
    public int type() {
        return initiator ? PayloadType.ID_I : PayloadType.ID_R;
    }

    static IdPayload parse(boolean initiator, OctetReader in) {
        int type = in.u8();
        int reserved = in.u8() << 16 | in.u16();
        // RFC 7296 §3.5: ID_IPV4_ADDR is "a single four (4) octet IPv4 address", ID_IPV6_ADDR "a single sixteen (16)
        // octet IPv6 address".
        in.require(type != Identification.IPV4_ADDR || in.remaining() == 4, "an IPv4 address that is not of 4 octets");
        in.require(type != Identification.IPV6_ADDR || in.remaining() == 16,
                "an IPv6 address that is not of 16 octets");
        return new IdPayload(initiator, new Identification(type, in.rest()), reserved);
    }

    void emit(OctetWriter out) {
        out.octets(body());
    }
}
