package dev.keylane.ike.wire.payload;

import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.PayloadType;

/** Vendor ID payload, RFC 7296 §3.12; any number of them may come, and each may be ignored. */
public record VendorIdPayload(Octets data) implements Payload {
    @Override
    public int type() {
        return PayloadType.VENDOR_ID;
    }
}
