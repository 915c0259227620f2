package dev.keylane.cli.manual;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A man page from a document: headings, paragraphs, lists, tables and verbatim lines. */
final class MarkdownPage {
    private final Roff page;
    private final List<String> joined = new ArrayList<>();
    private final List<String> verbatim = new ArrayList<>();
    private List<String> columns = List.of();

    private MarkdownPage(Roff page) {
        this.page = page;
    }

    /** Adds the document without its title to the page. */
    static void append(Roff page, List<String> document) {
        MarkdownPage state = new MarkdownPage(page);
        document.stream().filter(line -> !line.startsWith("# ")).forEach(state::line);
        state.endParagraph();
        state.endVerbatim();
    }

    private void line(String line) {
        if (line.startsWith("    ") && joined.isEmpty()) {
            verbatim.add(line.substring(4).replace("./keylane", "keylane"));
        } else if (line.isBlank()) {
            endParagraph();
            columns = List.of();
        } else {
            endVerbatim();
            visible(line);
        }
    }

    private void visible(String line) {
        if (line.startsWith("## ") || line.startsWith("### ")) {
            endParagraph();
            String title = line.replaceFirst("#+ ", "");
            page.section(title.replace("`", "").toUpperCase(Locale.ROOT));
        } else if (line.startsWith("|")) {
            endParagraph();
            row(cells(line));
        } else if (line.startsWith("* ") || line.startsWith("- ")) {
            endParagraph();
            page.bullet();
            joined.add("");
            joined.add(line.substring(2));
        } else {
            if (joined.isEmpty()) {
                page.paragraph();
            }
            joined.add(line);
        }
    }

    /** The first row names the columns; below it the first cell is told about by the others. */
    private void row(List<String> cells) {
        if (columns.isEmpty()) {
            columns = cells;
            return;
        }
        if (cells.getFirst().matches("[-: ]*")) {
            return;
        }
        page.item(cells.getFirst());
        List<String> told = new ArrayList<>();
        for (int i = 1; i < cells.size(); i++) {
            if (!cells.get(i).isBlank()) {
                told.add(i == 1 || i >= columns.size() ? cells.get(i) : columns.get(i) + ": " + cells.get(i));
            }
        }
        page.text(told.isEmpty() ? "-" : String.join("; ", told));
    }

    /** A bar in code is not a border when a backslash is before it. */
    private static List<String> cells(String row) {
        return Arrays.stream(row.strip().replaceAll("^\\||\\|$", "").split("(?<!\\\\)\\|"))
                .map(cell -> cell.strip().replace("\\|", "|")).toList();
    }

    private void endParagraph() {
        if (!joined.isEmpty()) {
            page.text(String.join(" ", joined.stream().map(String::strip).filter(text -> !text.isEmpty()).toList()));
            joined.clear();
        }
    }

    private void endVerbatim() {
        if (!verbatim.isEmpty()) {
            page.verbatim(List.copyOf(verbatim));
            verbatim.clear();
        }
    }
}
