package dev.keylane.ike.wire.payload;

import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.PayloadType;

/**
 * Certificate payload, RFC 7296 §3.6.
 *
 * @param encoding Cert Encoding, an octet
 */
public record CertPayload(int encoding, Octets data) implements Payload {
    @Override
    public int type() {
        return PayloadType.CERT;
    }
}
