package dev.keylane.ike.policy;

import dev.keylane.ike.wire.Octets;

/**
 * An IKE identity, RFC 7296 §3.5. Text forms are read by {@link IdentificationText}.
 *
 * @param type ID Type: 1 IPV4_ADDR, 2 FQDN, 3 RFC822_ADDR, 5 IPV6_ADDR, 9 DER_ASN1_DN, 10 DER_ASN1_GN, 11 KEY_ID, or
 *             any other octet a peer may send
 * @param data Identification Data
 */
public record Identification(int type, Octets data) {
    public static final int IPV4_ADDR = 1;
    public static final int FQDN = 2;
    public static final int RFC822_ADDR = 3;
    public static final int IPV6_ADDR = 5;
    public static final int DER_ASN1_DN = 9;
    public static final int DER_ASN1_GN = 10;
    public static final int KEY_ID = 11;

    public static Identification parse(String text) {
        return IdentificationText.parse(text);
    }

    /** As charon prints it. */
    @Override
    public String toString() {
        return IdentificationText.print(this);
    }
}
