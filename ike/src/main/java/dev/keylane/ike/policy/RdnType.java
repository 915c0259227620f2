package dev.keylane.ike.policy;

import dev.keylane.ike.wire.Octets;
import java.util.List;
import java.util.Optional;

/** Attribute types of distinguished names by the names strongSwan knows, the first of which it prints. */
enum RdnType {
    COMMON_NAME("550403", "CN"), SURNAME("550404", "S"), SERIAL_NUMBER("550405", "SN", "serialNumber"),
    COUNTRY("550406", "C"), LOCALITY("550407", "L"), STATE("550408", "ST"), STREET("550409", "STREET"),
    ORGANIZATION("55040a", "O"), ORGANIZATIONAL_UNIT("55040b", "OU"), TITLE("55040c", "T"),
    DESCRIPTION("55040d", "D"), POSTAL_CODE("550411", "postalCode"), NAME("550429", "N"), GIVEN_NAME("55042a", "G"),
    INITIALS("55042b", "I"), UNIQUE_IDENTIFIER("55042d", "ID"), DN_QUALIFIER("55042e", "dnQualifier"),
    USER_ID("0992268993f22c640101", "UID"), DOMAIN_COMPONENT("0992268993f22c640119", "DC"),
    EMAIL("2a864886f70d010901", "E", "Email", "emailAddress"),
    UNSTRUCTURED_NAME("2a864886f70d010902", "UN", "unstructuredName"),
    UNSTRUCTURED_ADDRESS("2a864886f70d010908", "UA", "unstructuredAddress"),
    EMPLOYEE_NUMBER("6086480186f842030103", "EN", "employeeNumber");

    private final Octets oid;
    private final List<String> names;

    RdnType(String oid, String... names) {
        this.oid = Octets.ofHex(oid);
        this.names = List.of(names);
    }

    /** The content octets of the object identifier. */
    Octets oid() {
        return oid;
    }

    String printed() {
        return names.getFirst();
    }

    /** RFC 2985 wants these as IA5String; the others are directory strings. */
    boolean isIa5() {
        return this == EMAIL || this == UNSTRUCTURED_NAME;
    }

    static Optional<RdnType> named(String name) {
        for (RdnType type : values()) {
            if (type.names.stream().anyMatch(name::equalsIgnoreCase)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    static Optional<RdnType> of(Octets oid) {
        for (RdnType type : values()) {
            if (type.oid.equals(oid)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
