package dev.keylane.ike.wire.payload;

import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.PayloadType;

/**
 * Certificate Request payload, RFC 7296 §3.7.
 *
 * @param encoding    Cert Encoding, an octet
 * @param authorities SHA-1 hashes of the keys of trusted authorities, one behind the other
 */
public record CertRequestPayload(int encoding, Octets authorities) implements Payload {
    @Override
    public int type() {
        return PayloadType.CERTREQ;
    }
}
