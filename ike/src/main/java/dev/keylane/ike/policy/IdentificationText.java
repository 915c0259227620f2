package dev.keylane.ike.policy;

import static dev.keylane.ike.policy.Identification.DER_ASN1_DN;
import static dev.keylane.ike.policy.Identification.DER_ASN1_GN;
import static dev.keylane.ike.policy.Identification.FQDN;
import static dev.keylane.ike.policy.Identification.IPV4_ADDR;
import static dev.keylane.ike.policy.Identification.IPV6_ADDR;
import static dev.keylane.ike.policy.Identification.KEY_ID;
import static dev.keylane.ike.policy.Identification.RFC822_ADDR;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.text.HexText;
import dev.keylane.ike.text.Parsed;
import dev.keylane.ike.wire.Octets;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * Identities in strongSwan's spelling: addresses, {@code host}, {@code @host}, {@code user@host}, {@code @@user@host},
 * {@code @#hex}, {@code C=DE, O=x, CN=y}, {@code %any}, and {@code type:value} or {@code {number}:value}. Where
 * strongSwan quietly falls back to a KEY_ID for a distinguished name it cannot read, this refuses.
 */
public final class IdentificationText {
    private IdentificationText() {
    }

    public static Parsed<Identification> read(String text) {
        Optional<Parsed<Identification>> typed = IdentificationPrefix.read(text);
        if (typed.isPresent()) {
            return typed.get();
        }
        if (text.indexOf('=') >= 0) {
            return typed(DER_ASN1_DN, text);
        }
        if (text.startsWith("@#")) {
            return hex(KEY_ID, text.substring(2), text);
        }
        if (text.startsWith("@@")) {
            return typed(RFC822_ADDR, text.substring(2));
        }
        if (text.indexOf('@') >= 0) {
            return text.startsWith("@") ? typed(FQDN, text.substring(1)) : typed(RFC822_ADDR, text);
        }
        return ANYBODY.contains(text) ? Parsed.of(Identification.ANY) : addressOrName(text);
    }

    private static Parsed<Identification> addressOrName(String text) {
        Optional<IpAddress> address = IpAddress.parse(text);
        if (address.isPresent()) {
            return Parsed.of(Identification.of(address.get()));
        }
        String first = text.split("[/-]", 2)[0];
        if (first.length() < text.length() && IpAddress.parse(first).isPresent()) {
            return Parsed.refused("a subnet or range as identity is not supported by keylane yet: \"" + text + "\"");
        }
        return typed(text.indexOf(':') >= 0 ? KEY_ID : FQDN, text);
    }

    /** The value of an identity whose type is known. */
    static Parsed<Identification> typed(int type, String value) {
        return switch (type) {
            case IPV4_ADDR, IPV6_ADDR -> IpAddress.parse(value)
                    .filter(address -> address.isV4() == (type == IPV4_ADDR))
                    .map(address -> Parsed.of(Identification.of(address)))
                    .orElseGet(() -> Parsed.refused("not an " + (type == IPV4_ADDR ? "IPv4" : "IPv6") + " address: \""
                            + value + "\""));
            case DER_ASN1_DN -> DistinguishedNameText.parse(value)
                    .then(dn -> Parsed.of(new Identification(DER_ASN1_DN, dn.toDer())));
            case DER_ASN1_GN -> Parsed.refused("a general name must be given as # and hexadecimal digits: \"" + value
                    + "\"");
            default -> name(type, value);
        };
    }

    private static Parsed<Identification> name(int type, String value) {
        return value.isEmpty()
                ? Parsed.refused("an identity without a value")
                : Parsed.of(new Identification(type, Octets.wrap(value.getBytes(StandardCharsets.UTF_8))));
    }

    /** Identification Data given octet by octet. */
    static Parsed<Identification> hex(int type, String digits, String whole) {
        Optional<byte[]> octets = HexText.parse(digits);
        if (octets.isEmpty() || octets.get().length == 0) {
            return Parsed.refused("not hexadecimal digits behind #: \"" + whole + "\"");
        }
        int length = octets.get().length;
        if (type == IPV4_ADDR && length != 4 || type == IPV6_ADDR && length != 16) {
            return Parsed.refused("an address of " + length + " octets: \"" + whole + "\"");
        }
        return Parsed.of(new Identification(type, Octets.wrap(octets.get())));
    }

    /** At most {@value #PRINTED} characters, because a peer may send an identity of 64 kB. */
    static String print(Identification id) {
        String text = full(id);
        return text.length() <= PRINTED ? text : text.substring(0, PRINTED - 3) + "...";
    }

    private static String full(Identification id) {
        Octets data = id.data();
        return switch (id.type()) {
            case 0 -> "%any";
            case IPV4_ADDR -> data.length() == 4 ? new IpAddress(data).toString() : "(invalid ID_IPV4_ADDR)";
            case IPV6_ADDR -> data.length() == 16 ? new IpAddress(data).toString() : "(invalid ID_IPV6_ADDR)";
            case FQDN, RFC822_ADDR -> PrintableText.of(data);
            case DER_ASN1_DN -> DistinguishedName.ofDer(data).map(DistinguishedNameText::print)
                    .orElse("(invalid ID_DER_ASN1_DN)");
            case DER_ASN1_GN -> "(ASN.1 general name)";
            case KEY_ID -> keyId(data);
            default -> "(unknown ID type: " + id.type() + ")";
        };
    }

    /** Charon takes twenty octets for a hash, printable or not. */
    private static String keyId(Octets data) {
        return PrintableText.isPrintable(data) && data.length() != 20 ? PrintableText.of(data) : PrintableText.hex(data);
    }

    private static final int PRINTED = 511;
    private static final Set<String> ANYBODY = Set.of("", "%any", "%any6", "0.0.0.0", "*", "::", "0::0");
}
