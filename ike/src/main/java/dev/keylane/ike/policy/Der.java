package dev.keylane.ike.policy;

import dev.keylane.ike.wire.Octets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One element of DER (X.690) with a single-octet tag: as much of it as distinguished names need.
 *
 * @param end offset behind the element in what it was read from
 */
record Der(int tag, Octets content, int end) {
    static final int OID = 6;
    static final int UTF8_STRING = 12;
    static final int PRINTABLE_STRING = 19;
    static final int IA5_STRING = 22;
    static final int SEQUENCE = 0x30;
    static final int SET = 0x31;

    /** The element at {@code at}; empty when it is cut short, has a long tag, or a length not in the shortest form. */
    static Optional<Der> read(Octets in, int at) {
        if (in.length() - at < 2 || (in.get(at) & 0x1f) == 0x1f) {
            return Optional.empty();
        }
        int from = at + 2;
        int length = in.get(at + 1);
        if (length >= 0x80) {
            int lengthOctets = length & 0x7f;
            from += lengthOctets;
            if (lengthOctets == 0 || lengthOctets > 2 || in.length() < from) {
                return Optional.empty();
            }
            length = lengthOctets == 1 ? in.get(at + 2) : in.get(at + 2) << 8 | in.get(at + 3);
            if (length < (lengthOctets == 1 ? 0x80 : 0x100)) {
                return Optional.empty();
            }
        }
        int end = from + length;
        return end > in.length() ? Optional.empty() : Optional.of(new Der(in.get(at), in.slice(from, end), end));
    }

    /** Elements up to the end. */
    static Optional<List<Der>> readAll(Octets in) {
        List<Der> elements = new ArrayList<>();
        for (int at = 0; at < in.length();) {
            Optional<Der> element = read(in, at);
            if (element.isEmpty()) {
                return Optional.empty();
            }
            elements.add(element.get());
            at = element.get().end();
        }
        return Optional.of(elements);
    }

    /** An element around {@code parts}, which together are shorter than 65536 octets. */
    static Octets write(int tag, Octets... parts) {
        Octets content = Octets.concat(parts);
        int length = content.length();
        if (length > 0xffff) {
            throw new IllegalArgumentException("an element of " + length + " octets");
        }
        Octets header = length < 0x80 ? Octets.of(tag, length)
                : length < 0x100 ? Octets.of(tag, 0x81, length)
                : Octets.of(tag, 0x82, length >> 8, length & 0xff);
        return Octets.concat(header, content);
    }
}
