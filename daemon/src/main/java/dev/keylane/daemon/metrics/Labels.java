package dev.keylane.daemon.metrics;

/** Labels of a sample, as they are written: {@code {connection="gw",child="net"}}. */
final class Labels {
    private Labels() {
    }

    /** @param namesAndValues in turn */
    static String of(String... namesAndValues) {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            add(text, namesAndValues[i], namesAndValues[i + 1]);
        }
        return text.append('}').toString();
    }

    /** One more. */
    static String with(String labels, String name, String value) {
        StringBuilder text = new StringBuilder(labels.isEmpty() ? "{" : labels.substring(0, labels.length() - 1));
        add(text, name, value);
        return text.append('}').toString();
    }

    private static void add(StringBuilder text, String name, String value) {
        text.append(text.length() > 1 ? "," : "").append(name).append("=\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> text.append("\\\\");
                case '"' -> text.append("\\\"");
                case '\n' -> text.append("\\n");
                default -> text.append(c);
            }
        }
        text.append('"');
    }
}
