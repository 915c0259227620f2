package dev.keylane.ike.policy;

import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.text.HexText;
import dev.keylane.ike.text.Parsed;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * The text of a shared secret: {@code 0x} and hexadecimal digits, {@code 0s} and base64, or the octets of the text
 * itself. What it says about a bad one never repeats any of it.
 */
public final class SecretText {
    private SecretText() {
    }

    public static Parsed<Secret> parse(String text) {
        if (text.isEmpty()) {
            return Parsed.refused("the secret is empty");
        }
        return switch (prefix(text)) {
            case "0x" -> secret(HexText.parse(text.substring(2)),
                    "the secret starts with 0x but is not hexadecimal");
            case "0s" -> secret(base64(text.substring(2)), "the secret starts with 0s but is not base64");
            default -> Parsed.of(Secret.wrap(text.getBytes(StandardCharsets.UTF_8)));
        };
    }

    private static String prefix(String text) {
        return text.length() < 2 ? "" : text.substring(0, 2);
    }

    private static Parsed<Secret> secret(Optional<byte[]> octets, String complaint) {
        if (octets.isEmpty()) {
            return Parsed.refused(complaint);
        }
        return octets.get().length == 0 ? Parsed.refused("the secret is empty") : Parsed.of(Secret.wrap(octets.get()));
    }

    private static Optional<byte[]> base64(String text) {
        try {
            return Optional.of(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }
}
