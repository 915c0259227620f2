package dev.keylane.ike.wire.payload;

import dev.keylane.ike.wire.OctetReader;
import dev.keylane.ike.wire.OctetWriter;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.PayloadType;

/**
 * Key Exchange payload, RFC 7296 §3.4.
 *
 * @param group Key Exchange Method (Diffie-Hellman Group Num), 16 bits
 * @param data  the public value; whether it fits the group is for the key exchange to say
 */
public record KePayload(int group, Octets data) implements Payload {
    @Override
    public int type() {
        return PayloadType.KE;
    }

    static KePayload parse(OctetReader in) {
        int group = in.u16();
        in.skip(2);
        return new KePayload(group, in.rest());
    }

    void emit(OctetWriter out) {
        out.u16(group).u16(0).octets(data);
    }
}
