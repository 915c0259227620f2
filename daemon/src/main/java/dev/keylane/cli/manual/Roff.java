package dev.keylane.cli.manual;

import java.util.List;
import java.util.Locale;

/** Builds a page in man(7)'s language. Text is escaped; a line of text never becomes a request. */
final class Roff {
    private final StringBuilder page = new StringBuilder();
    private boolean titled;

    /** @param date year, month and day: the page's, not today */
    Roff(String name, int section, String date, String version) {
        page.append(".TH \"%s\" \"%d\" \"%s\" \"keylane %s\" \"keylane\"\n".formatted(name.toUpperCase(Locale.ROOT), section, date,
                version));
        // Words are not taken apart, and lines not stretched.
        page.append(".nh\n.ad l\n");
    }

    Roff section(String title) {
        titled = true;
        return request("SH", title);
    }

    Roff subsection(String title) {
        titled = true;
        return request("SS", title);
    }

    /** A title begins a paragraph by itself. */
    Roff paragraph() {
        return titled ? this : request("PP");
    }

    /** What is told about {@code term}; text follows. */
    Roff item(String term) {
        page.append(".TP\n").append(Inline.of(term)).append('\n');
        return this;
    }

    Roff bullet() {
        page.append(".IP \\(bu 2\n");
        return this;
    }

    /** Text with `code` and **strong** parts. */
    Roff text(String text) {
        titled = false;
        int column = 0;
        for (String word : Inline.of(text).split(" ")) {
            boolean fits = column > 0 && column + word.length() < COLUMNS;
            page.append(column == 0 ? "" : fits ? " " : "\n").append(fits || column == 0 ? word : Inline.guarded(word));
            column = fits ? column + 1 + word.length() : word.length();
        }
        page.append('\n');
        return this;
    }

    /** Lines as they are. */
    Roff verbatim(List<String> lines) {
        paragraph();
        titled = false;
        page.append(".RS 4\n.nf\n");
        lines.forEach(line -> page.append(Inline.plain(line)).append('\n'));
        page.append(".fi\n.RE\n");
        return this;
    }

    private Roff request(String name, String... arguments) {
        page.append('.').append(name);
        for (String argument : arguments) {
            page.append(" \"").append(Inline.plain(argument).replace("\"", "\\(dq")).append('"');
        }
        page.append('\n');
        return this;
    }

    private static final int COLUMNS = 79;

    @Override
    public String toString() {
        return page.toString();
    }
}
