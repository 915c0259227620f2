package dev.keylane.cli.manual;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One line of text in man(7)'s language. */
final class Inline {
    private static final Pattern MARKED = Pattern.compile(
            "`([^`]+)`|(?<!\\w)\\*{1,2}([^*\\s][^*]*)\\*{1,2}|\\[((?:[^\\]`]|`[^`]*`)+)]\\(([^)]+)\\)|<([A-Z_]+)>");

    private Inline() {
    }

    /** With {@code `code`} and {@code **strong**} or {@code *stressed*} in bold, the text of links, and what stands for something in italics. */
    static String of(String text) {
        StringBuilder line = new StringBuilder();
        Matcher marked = MARKED.matcher(text.strip());
        int end = 0;
        while (marked.find()) {
            line.append(escaped(text.strip().substring(end, marked.start())));
            line.append(marked(marked));
            end = marked.end();
        }
        return guarded(line.append(escaped(text.strip().substring(end))).toString());
    }

    private static String marked(Matcher found) {
        if (found.group(3) != null) {
            return of(found.group(3)).replaceFirst("^\\\\&", "");
        }
        if (found.group(5) != null) {
            return "\\fI" + escaped(found.group(5)) + "\\fR";
        }
        return "\\fB" + escaped(found.group(1) != null ? found.group(1) : found.group(2)) + "\\fR";
    }

    /** As it is. */
    static String plain(String text) {
        return guarded(escaped(text));
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\e").replace("-", "\\-").replace("×", "\\(mu").replace("→", "\\(->")
                .replace("…", "...").replace("µ", "\\(mc").replace("§", "\\(sc").replace("≤", "\\(<=").replace("≥", "\\(>=");
    }

    /** A line that begins with one of these would be a request. */
    static String guarded(String line) {
        return line.startsWith(".") || line.startsWith("'") ? "\\&" + line : line;
    }
}
