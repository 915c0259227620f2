package dev.keylane.ike.text;

import java.util.Optional;

/** Hexadecimal digits as strongSwan reads them: colons are skipped, an odd count has a zero in front. */
public final class HexText {
    private HexText() {
    }

    /** The octets, or empty when there is any other character. */
    public static Optional<byte[]> parse(String text) {
        int digits = 0;
        for (int i = 0; i < text.length(); i++) {
            digits += text.charAt(i) == ':' ? 0 : 1;
        }
        byte[] bytes = new byte[(digits + 1) / 2];
        int nibble = digits & 1;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ':') {
                continue;
            }
            int value = c < 0x80 ? Character.digit(c, 16) : -1;
            if (value < 0) {
                return Optional.empty();
            }
            bytes[nibble >> 1] |= (byte) (value << (nibble % 2 == 0 ? 4 : 0));
            nibble++;
        }
        return Optional.of(bytes);
    }
}
