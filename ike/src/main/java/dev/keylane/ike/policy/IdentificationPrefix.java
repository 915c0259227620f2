package dev.keylane.ike.policy;

import dev.keylane.ike.text.Parsed;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Identities that name their type: {@code fqdn:host}, {@code keyid:#0a0b}, <code>{3}:user@host</code>. */
final class IdentificationPrefix {
    private IdentificationPrefix() {
    }

    /** Empty when the text names no type. */
    static Optional<Parsed<Identification>> read(String text) {
        Matcher numbered = NUMBERED.matcher(text);
        if (numbered.matches()) {
            int type = Integer.parseInt(numbered.group(1));
            return Optional.of(type == 0 || type > 255
                    ? Parsed.refused("no such identity type: \"" + text + "\"")
                    : value(type, numbered.group(2), text));
        }
        int colon = text.indexOf(':');
        String name = colon < 0 ? "" : text.substring(0, colon).toLowerCase(Locale.ROOT);
        if (UNSUPPORTED.contains(name)) {
            return Optional.of(Parsed.refused("identity type " + name + " is not supported by keylane yet: \"" + text
                    + "\""));
        }
        return Optional.ofNullable(TYPES.get(name)).map(type -> value(type, text.substring(colon + 1), text));
    }

    private static Parsed<Identification> value(int type, String value, String whole) {
        if (value.startsWith("#")) {
            return IdentificationText.hex(type, value.substring(1), whole);
        }
        if (value.startsWith("^") && value.endsWith("$")) {
            return Parsed.refused("a regular expression as identity is not supported by keylane yet: \"" + whole
                    + "\"");
        }
        return IdentificationText.typed(type, value);
    }

    private static final Pattern NUMBERED = Pattern.compile("\\{\\s*(\\d{1,9})\\s*}:(.*)", Pattern.DOTALL);

    private static final Map<String, Integer> TYPES = Map.of(
            "ipv4", Identification.IPV4_ADDR, "ipv6", Identification.IPV6_ADDR,
            "fqdn", Identification.FQDN, "dns", Identification.FQDN,
            "rfc822", Identification.RFC822_ADDR, "email", Identification.RFC822_ADDR,
            "userfqdn", Identification.RFC822_ADDR, "asn1dn", Identification.DER_ASN1_DN,
            "asn1gn", Identification.DER_ASN1_GN, "keyid", Identification.KEY_ID);

    private static final Set<String> UNSUPPORTED =
            Set.of("ipv4net", "ipv6net", "ipv4range", "ipv6range", "xmppaddr", "uri");
}
