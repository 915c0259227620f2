package dev.keylane.cli;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints maps, lists, strings, numbers, booleans and null as JSON (RFC 8259), indented. */
final class Json {
    private final StringBuilder out = new StringBuilder();

    private Json() {
    }

    static String print(@Nullable Object value) {
        Json json = new Json();
        json.value(value, "\n");
        return json.out.toString();
    }

    /** On one line. */
    static String line(@Nullable Object value) {
        return print(value).replaceAll("\n *", " ");
    }

    private void value(@Nullable Object value, String line) {
        switch (value) {
            case null -> out.append("null");
            case String text -> string(text);
            case Map<?, ?> map -> object(map, line);
            case List<?> list -> array(list, line);
            case Number number -> out.append(number);
            case Boolean truth -> out.append(truth);
            default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
        }
    }

    private void object(Map<?, ?> map, String line) {
        out.append('{');
        Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<?, ?> entry = entries.next();
            out.append(line).append(INDENT);
            string((String) entry.getKey());
            out.append(": ");
            value(entry.getValue(), line + INDENT);
            out.append(entries.hasNext() ? "," : "");
        }
        out.append(map.isEmpty() ? "}" : line + "}");
    }

    private void array(List<?> list, String line) {
        boolean inLines = list.stream().anyMatch(Map.class::isInstance);
        out.append('[');
        Iterator<?> items = list.iterator();
        while (items.hasNext()) {
            out.append(inLines ? line + INDENT : "");
            value(items.next(), line + INDENT);
            out.append(items.hasNext() ? inLines ? "," : ", " : "");
        }
        out.append(inLines ? line + "]" : "]");
    }

    // RFC 8259 §7: quotation mark, reverse solidus and U+0000 to U+001F MUST be escaped.
    private void string(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20 || Character.isSurrogate(c)) {
                out.append("\\u%04x".formatted((int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    private static final String INDENT = "  ";
}
