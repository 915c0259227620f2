package dev.keylane.ike.policy;

import dev.keylane.ike.wire.Octets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** An X.501 distinguished name: attributes in order, those of a multi-valued RDN one after the other. */
public record DistinguishedName(List<Attribute> attributes) {
    public DistinguishedName {
        attributes = List.copyOf(attributes);
    }

    /**
     * @param oid   content octets of the type's object identifier
     * @param tag   of the value: 19 PrintableString, 22 IA5String, 12 UTF8String, or what a peer used
     * @param value content octets
     */
    public record Attribute(Octets oid, int tag, Octets value) {
        boolean isWildcard() {
            return value.length() == 1 && value.get(0) == '*';
        }

        /** By value; letters of either case are the same in a PrintableString and in a mail address. */
        boolean sameAs(Attribute other) {
            boolean caseless = tag == other.tag && (tag == Der.PRINTABLE_STRING
                    || tag == Der.IA5_STRING && oid.equals(RdnType.EMAIL.oid()));
            return oid.equals(other.oid) && (value.equals(other.value)
                    || caseless && PrintableText.of(value).equalsIgnoreCase(PrintableText.of(other.value)));
        }
    }

    /** Reads {@code SEQUENCE OF SET OF SEQUENCE { OID, value }}; empty when it is not exactly that. */
    public static Optional<DistinguishedName> ofDer(Octets der) {
        return Der.read(der, 0).filter(e -> e.tag() == Der.SEQUENCE && e.end() == der.length())
                .flatMap(name -> Der.readAll(name.content()))
                .flatMap(DistinguishedName::ofSets);
    }

    private static Optional<DistinguishedName> ofSets(List<Der> sets) {
        List<Attribute> attributes = new ArrayList<>();
        for (Der set : sets) {
            Optional<List<Der>> members = set.tag() == Der.SET ? Der.readAll(set.content()) : Optional.empty();
            if (members.isEmpty() || members.get().isEmpty()) {
                return Optional.empty();
            }
            for (Der member : members.get()) {
                Optional<Attribute> attribute = attribute(member);
                if (attribute.isEmpty()) {
                    return Optional.empty();
                }
                attributes.add(attribute.get());
            }
        }
        return Optional.of(new DistinguishedName(attributes));
    }

    private static Optional<Attribute> attribute(Der member) {
        return member.tag() != Der.SEQUENCE ? Optional.empty() : Der.readAll(member.content())
                .filter(parts -> parts.size() == 2 && parts.getFirst().tag() == Der.OID)
                .map(parts -> new Attribute(parts.get(0).content(), parts.get(1).tag(), parts.get(1).content()));
    }

    /** DER with one attribute in each RDN. */
    public Octets toDer() {
        Octets[] sets = attributes.stream()
                .map(a -> Der.write(Der.SET, Der.write(Der.SEQUENCE, Der.write(Der.OID, a.oid), Der.write(a.tag, a.value))))
                .toArray(Octets[]::new);
        return Der.write(Der.SEQUENCE, sets);
    }

    /**
     * How many values of {@code pattern} are wildcards when it fits {@code actual}; empty when it does not fit. Both
     * are DER; what cannot be read fits only its own copy.
     */
    public static OptionalInt wildcardsUsed(Octets pattern, Octets actual) {
        if (pattern.equals(actual)) {
            return OptionalInt.of(0);
        }
        Optional<DistinguishedName> wanted = ofDer(pattern);
        Optional<DistinguishedName> given = ofDer(actual);
        return wanted.isPresent() && given.isPresent() ? wanted.get().wildcardsUsed(given.get()) : OptionalInt.empty();
    }

    private OptionalInt wildcardsUsed(DistinguishedName actual) {
        if (attributes.size() != actual.attributes.size()) {
            return OptionalInt.empty();
        }
        int wildcards = 0;
        for (int i = 0; i < attributes.size(); i++) {
            Attribute wanted = attributes.get(i);
            Attribute given = actual.attributes.get(i);
            if (wanted.isWildcard() && wanted.oid.equals(given.oid)) {
                wildcards++;
            } else if (!wanted.sameAs(given)) {
                return OptionalInt.empty();
            }
        }
        return OptionalInt.of(wildcards);
    }
}
