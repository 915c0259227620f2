package dev.keylane.daemon.http;

import java.util.Locale;

/** Text as HTML; names and identities are the network's, so nothing of them may become markup. */
final class Html {
    private Html() {
    }

    /** For elements and for attributes in double quotes. What cannot be seen, or turns text around, is shown as such. */
    static String text(Object value) {
        String plain = value.toString();
        StringBuilder out = new StringBuilder(plain.length() + 16);
        plain.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(isSeen(c) ? c : REPLACEMENT);
            }
        });
        return out.toString();
    }

    private static boolean isSeen(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED,
                 Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    /** {@code 1.24 Gb/s}. */
    static String rate(double bits) {
        double value = Math.max(0, bits);
        int unit = 0;
        while (value >= 999.5 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        String digits = unit == 0 || value >= 99.95 ? "%.0f" : value >= 9.995 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, digits, value) + " " + UNITS[unit];
    }

    /** {@code 2d 03h}, {@code 3h 07m}, {@code 47:05}. */
    static String span(long seconds) {
        long left = Math.max(0, seconds);
        if (left >= DAY) {
            return "%dd %02dh".formatted(left / DAY, left % DAY / HOUR);
        }
        return left >= HOUR ? "%dh %02dm".formatted(left / HOUR, left % HOUR / 60) : "%d:%02d".formatted(left / 60, left % 60);
    }

    private static final String[] UNITS = {"b/s", "kb/s", "Mb/s", "Gb/s", "Tb/s"};
    private static final int REPLACEMENT = 0xfffd;
    private static final long HOUR = 3600;
    private static final long DAY = 86_400;
}
