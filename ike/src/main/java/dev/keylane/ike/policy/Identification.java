package dev.keylane.ike.policy;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.wire.Octets;

/**
 * An IKE identity, RFC 7296 §3.5, or in a configuration a pattern for some. Text forms are read by
 * {@link IdentificationText}, patterns applied by {@link dev.keylane.ike.auth.IdentificationMatch}.
 *
 * @param type ID Type: 1 IPV4_ADDR, 2 FQDN, 3 RFC822_ADDR, 5 IPV6_ADDR, 9 DER_ASN1_DN, 10 DER_ASN1_GN, 11 KEY_ID, or
 *             any other octet a peer may send; 0, which is reserved on the wire, stands for anybody
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

    /** The pattern {@code %any}. */
    public static final Identification ANY = new Identification(0, Octets.EMPTY);

    /** The identity of a text that is known to be one; {@link IdentificationText#read} is for the operator's. */
    public static Identification parse(String text) {
        return IdentificationText.read(text).orElseThrow();
    }

    public static Identification of(IpAddress address) {
        return new Identification(address.isV4() ? IPV4_ADDR : IPV6_ADDR, address.octets());
    }

    public boolean isAny() {
        return type == 0;
    }

    /** As charon prints it; only printable ASCII, whatever a peer sent. */
    @Override
    public String toString() {
        return IdentificationText.print(this);
    }
}
