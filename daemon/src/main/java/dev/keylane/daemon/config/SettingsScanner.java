package dev.keylane.daemon.config;

import java.util.Optional;

/**
 * Reads one settings text character by character. Rules of strongswan.conf(5): names end at white space and at any of
 * <code># { } : , = "</code>; a value runs to the end of its line, a comment or a closing brace; parts of a value are
 * joined by one space; only double quotes quote.
 */
final class SettingsScanner {
    private final String text;
    private final String source;
    private int at;
    private int line = 1;

    SettingsScanner(String text, String source) {
        this.text = text;
        this.source = source;
    }

    Origin origin() {
        return new Origin(source, line);
    }

    boolean atEnd() {
        return at >= text.length();
    }

    char peek() {
        return text.charAt(at);
    }

    /** The character here as a message shows it. */
    String shown() {
        return atEnd() ? "end of file" : "'" + (Character.isISOControl(peek()) ? '?' : peek()) + "'";
    }

    char next() {
        char c = text.charAt(at++);
        if (c == '\n') {
            line++;
        }
        return c;
    }

    boolean accept(char wanted) {
        if (atEnd() || peek() != wanted) {
            return false;
        }
        next();
        return true;
    }

    void skipBlank() {
        while (!atEnd() && (peek() == '#' || isSpace(peek()) || peek() == '\n')) {
            if (peek() == '#') {
                skipComment();
            } else {
                next();
            }
        }
    }

    void skipSpaces() {
        while (!atEnd() && isSpace(peek())) {
            next();
        }
    }

    /** A name, empty when there is none here. */
    String name() {
        int from = at;
        while (!atEnd() && !isSpace(peek()) && NOT_IN_NAMES.indexOf(peek()) < 0 && !Character.isISOControl(peek())) {
            at++;
        }
        return text.substring(from, at);
    }

    /**
     * The value behind a {@code =}.
     *
     * @return empty when a quoted string does not end, else the text, or null in {@link Value} when there is none
     */
    Optional<Value> value() {
        StringBuilder parts = new StringBuilder();
        boolean any = false;
        for (skipSpaces(); !atEnd() && "#}\n".indexOf(peek()) < 0; skipSpaces()) {
            if (any) {
                parts.append(' ');
            }
            any = true;
            if (!accept('"')) {
                parts.append(bareWord());
            } else if (!quoted(parts)) {
                return Optional.empty();
            }
        }
        return Optional.of(new Value(parts.toString(), any));
    }

    /** The pattern behind {@code include}; empty when a quoted string does not end. */
    Optional<String> includePattern() {
        StringBuilder pattern = new StringBuilder();
        while (!atEnd() && !isSpace(peek()) && "#}\n".indexOf(peek()) < 0) {
            if (accept('"')) {
                return quoted(pattern) ? Optional.of(pattern.toString()) : Optional.empty();
            }
            char c = next();
            boolean escape = c == '\\' && !atEnd() && "\"#} ".indexOf(peek()) >= 0;
            pattern.append(escape ? next() : c);
        }
        return Optional.of(pattern.toString());
    }

    /** Appends a quoted string up to its closing quote; false when the text ends first. */
    private boolean quoted(StringBuilder into) {
        while (!atEnd()) {
            char c = next();
            if (c == '"') {
                return true;
            }
            if (c != '\\') {
                appendUnlessReturn(c, into);
            } else if (!atEnd()) {
                escape(next(), into);
            }
        }
        return false;
    }

    private void escape(char c, StringBuilder into) {
        switch (c) {
            case 'n' -> into.append('\n');
            case 'r' -> into.append('\r');
            case 't' -> into.append('\t');
            case '\n' -> { } // the line goes on
            case '\r' -> accept('\n');
            default -> into.append(c);
        }
    }

    private static void appendUnlessReturn(char c, StringBuilder into) {
        if (c != '\r') {
            into.append(c);
        }
    }

    private String bareWord() {
        int from = at;
        while (!atEnd() && !isSpace(peek()) && "#}\"\n".indexOf(peek()) < 0) {
            at++;
        }
        return text.substring(from, at);
    }

    private void skipComment() {
        while (!atEnd() && peek() != '\n') {
            at++;
        }
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\r';
    }

    /**
     * @param given false for {@code key =} with nothing behind, which is not the same as {@code key = ""}
     */
    record Value(String text, boolean given) {
        @Override
        public String toString() {
            return "Value[" + given + "]";
        }
    }

    private static final String NOT_IN_NAMES = "#{}:,=\"\n";
}
