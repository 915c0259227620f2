package dev.keylane.ike.policy;

import dev.keylane.ike.wire.Octets;
import java.util.HexFormat;

/** Octets of a peer as text that cannot confuse a terminal or a log. */
final class PrintableText {
    private PrintableText() {
    }

    static boolean isPrintable(Octets data) {
        for (int i = 0; i < data.length(); i++) {
            if (!isPrintable(data.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** ASCII with a question mark for anything else. */
    static String of(Octets data) {
        StringBuilder text = new StringBuilder(data.length());
        for (int i = 0; i < data.length(); i++) {
            text.append(isPrintable(data.get(i)) ? (char) data.get(i) : '?');
        }
        return text.toString();
    }

    /** {@code de:ad:be:ef} */
    static String hex(Octets data) {
        return HexFormat.ofDelimiter(":").formatHex(data.borrow());
    }

    private static boolean isPrintable(int octet) {
        return octet >= 0x20 && octet < 0x7f;
    }
}
