package dev.keylane.ike.text;

/** Text of others, in a line of ours: a {@code ?} for each control character, which could move a cursor or end the line. */
public final class Printable {
    private Printable() {
    }

    public static String of(String text) {
        return of(text, Integer.MAX_VALUE);
    }

    /** No more than so many characters; three dots tell that there were more. */
    public static String of(String text, int most) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(most).forEach(c -> shown.appendCodePoint(Character.isISOControl(c) ? '?' : c));
        return shown.append(text.codePointCount(0, text.length()) > most ? "..." : "").toString();
    }
}
