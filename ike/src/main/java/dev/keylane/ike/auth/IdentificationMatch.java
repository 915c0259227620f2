package dev.keylane.ike.auth;

import static dev.keylane.ike.policy.Identification.DER_ASN1_DN;
import static dev.keylane.ike.policy.Identification.FQDN;
import static dev.keylane.ike.policy.Identification.RFC822_ADDR;

import dev.keylane.ike.policy.DistinguishedName;
import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.wire.Octets;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * How well an identity fits a configured one, by strongSwan's rules: names compare without regard to case, a leading
 * asterisk stands for any beginning of an FQDN or mail address, an RDN value of a single asterisk for any value.
 */
public final class IdentificationMatch {
    private IdentificationMatch() {
    }

    /** Whether {@code actual} is what {@code pattern} asks for; null asks for nothing. */
    public static boolean matches(@Nullable Identification pattern, Identification actual) {
        return pattern == null || rank(pattern, actual) != NONE;
    }

    /** {@link #NONE}, {@link #ANYBODY}, something between for wildcards, or {@link #PERFECT}: the higher the closer. */
    static int rank(Identification pattern, Identification actual) {
        if (pattern.isAny()) {
            return ANYBODY;
        }
        if (pattern.type() != actual.type()) {
            return NONE;
        }
        return switch (pattern.type()) {
            case FQDN, RFC822_ADDR -> name(pattern.data(), actual.data());
            case DER_ASN1_DN -> distinguishedName(pattern.data(), actual.data());
            default -> pattern.data().equals(actual.data()) ? PERFECT : NONE;
        };
    }

    private static int name(Octets pattern, Octets actual) {
        // A zero octet in a name is an attempt to look like another one.
        if (actual.isEmpty() || hasNull(actual) || hasNull(pattern)) {
            return NONE;
        }
        if (endsWith(actual, pattern, 0) && actual.length() == pattern.length()) {
            return PERFECT;
        }
        if (pattern.isEmpty() || pattern.get(0) != '*') {
            return NONE;
        }
        if (pattern.length() == 1) {
            return ANYBODY;
        }
        return pattern.length() <= actual.length() && endsWith(actual, pattern, 1) ? PERFECT - 1 : NONE;
    }

    /** Whether {@code text} ends with {@code tail} from {@code from} on, ASCII letters of either case being the same. */
    private static boolean endsWith(Octets text, Octets tail, int from) {
        int offset = text.length() - tail.length();
        if (offset + from < 0) {
            return false;
        }
        for (int i = from; i < tail.length(); i++) {
            if (lower(text.get(offset + i)) != lower(tail.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static int distinguishedName(Octets pattern, Octets actual) {
        OptionalInt wildcards = DistinguishedName.wildcardsUsed(pattern, actual);
        return wildcards.isEmpty() ? NONE : PERFECT - Math.min(wildcards.getAsInt(), PERFECT - ANYBODY - 1);
    }

    private static boolean hasNull(Octets name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.get(i) == 0) {
                return true;
            }
        }
        return false;
    }

    private static int lower(int c) {
        return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
    }

    static final int NONE = 0;
    static final int ANYBODY = 1;
    static final int PERFECT = 20;
}
