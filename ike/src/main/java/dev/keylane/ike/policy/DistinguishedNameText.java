package dev.keylane.ike.policy;

import dev.keylane.ike.policy.DistinguishedName.Attribute;
import dev.keylane.ike.text.Parsed;
import dev.keylane.ike.wire.Octets;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Distinguished names as strongSwan writes them: {@code C=DE, O=x, CN=y}, or with slashes {@code /C=DE/O=x/CN=y}. */
final class DistinguishedNameText {
    private DistinguishedNameText() {
    }

    static Parsed<DistinguishedName> parse(String text) {
        if (text.length() > MAX_LENGTH) {
            return Parsed.refused("a distinguished name longer than " + MAX_LENGTH + " characters");
        }
        List<Attribute> attributes = new ArrayList<>();
        for (String part : text.split(text.startsWith("/") ? "/" : ",")) {
            if (part.isBlank()) {
                continue;
            }
            switch (attribute(part.strip())) {
                case Parsed.Value<Attribute>(Attribute attribute) -> attributes.add(attribute);
                case Parsed.Refused<Attribute>(String reason) -> {
                    return Parsed.refused("distinguished name \"" + text + "\": " + reason);
                }
            }
        }
        return attributes.isEmpty()
                ? Parsed.refused("distinguished name \"" + text + "\": it is empty")
                : Parsed.of(new DistinguishedName(attributes));
    }

    private static Parsed<Attribute> attribute(String part) {
        int equals = part.indexOf('=');
        if (equals < 0) {
            return Parsed.refused("\"" + part + "\" is not TYPE=VALUE");
        }
        String name = part.substring(0, equals).strip();
        String value = part.substring(equals + 1).strip();
        Optional<RdnType> type = RdnType.named(name);
        if (type.isEmpty()) {
            return Parsed.refused("unknown attribute type \"" + name + "\"");
        }
        int tag = tag(type.get(), value);
        if (tag == Der.IA5_STRING && !ASCII.matcher(value).matches()) {
            return Parsed.refused("the value of " + name + " is not ASCII");
        }
        return Parsed.of(new Attribute(type.get().oid(), tag, Octets.wrap(value.getBytes(StandardCharsets.UTF_8))));
    }

    private static int tag(RdnType type, String value) {
        if (type.isIa5()) {
            return Der.IA5_STRING;
        }
        return PRINTABLE.matcher(value).matches() ? Der.PRINTABLE_STRING : Der.UTF8_STRING;
    }

    static String print(DistinguishedName name) {
        return name.attributes().stream().map(DistinguishedNameText::print).collect(Collectors.joining(", "));
    }

    private static String print(Attribute attribute) {
        String type = RdnType.of(attribute.oid()).map(RdnType::printed)
                .orElseGet(() -> PrintableText.hex(attribute.oid()));
        return type + "=" + PrintableText.of(attribute.value());
    }

    private static final int MAX_LENGTH = 2048;
    private static final Pattern ASCII = Pattern.compile("\\p{ASCII}*");
    /** X.680 §41.4. */
    private static final Pattern PRINTABLE = Pattern.compile("[A-Za-z0-9 '()+,./:=?-]*");
}
