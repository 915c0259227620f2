package dev.keylane.daemon.config;

import dev.keylane.ike.text.Printable;

/**
 * One thing that is wrong in a configuration.
 *
 * @param key  the key or section name as written
 * @param text what is wrong, a phrase without full stop; never contains a secret
 */
public record ConfigMistake(Kind kind, Origin origin, String key, String text) {
    /** Key and text may repeat what was written, which may be anything; an operator wants to read one line. */
    public ConfigMistake {
        key = Printable.of(key, LONGEST);
        text = Printable.of(text, LONGEST);
    }

    public enum Kind { SYNTAX, UNKNOWN_KEY, UNKNOWN_SECTION, BAD_VALUE, MISSING, NOT_SUPPORTED }

    static ConfigMistake badValue(Origin origin, String key, String text) {
        return new ConfigMistake(Kind.BAD_VALUE, origin, key, text);
    }

    /** {@code file:line: key: what is wrong}. */
    @Override
    public String toString() {
        return origin + ": " + key + ": " + text;
    }

    private static final int LONGEST = 240;
}
