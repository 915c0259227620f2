package dev.keylane.daemon.config;

/**
 * One thing that is wrong in a configuration.
 *
 * @param key  the key or section name as written
 * @param text what is wrong, a phrase without full stop; never contains a secret
 */
public record ConfigMistake(Kind kind, Origin origin, String key, String text) {
    /** Key and text may repeat what was written, which may be anything; an operator wants to read one line. */
    public ConfigMistake {
        key = printable(key);
        text = printable(text);
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

    private static String printable(String written) {
        StringBuilder shown = new StringBuilder();
        written.codePoints().limit(LONGEST).forEach(c -> shown.appendCodePoint(Character.isISOControl(c) ? '?' : c));
        return shown.append(written.codePointCount(0, written.length()) > LONGEST ? "..." : "").toString();
    }

    private static final int LONGEST = 240;
}
