package dev.keylane.cli.manual;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

class ManualTest {
    @Command(name = "show", description = "Show what's there.")
    static final class Show {
        @Option(names = {"-n", "--number"}, paramLabel = "N", defaultValue = "3", description = "How many: 0%% to ${DEFAULT-VALUE}.")
        int number;
        @Option(names = "--way", paramLabel = "up|down", description = "Which [way].")
        String way;
        @Option(names = "--secret", hidden = true)
        boolean secret;
        @Parameters(paramLabel = "FILE", arity = "1..*")
        List<String> files;
    }

    @Command(name = "hide", hidden = true)
    static final class Hide {
    }

    @Command(name = "tool", subcommands = {Show.class, Hide.class})
    static final class Tool {
    }

    private final CommandLine tool = new CommandLine(new Tool());

    @Test
    void aPageTellsCommandsAndOptions() {
        String page = CommandPage.ofAll(tool.getCommandSpec(), new CommandPage.Prose("a tool", List.of("Does it."), "other(1)"), "2026-01-02", "1");
        assertThat(page).startsWith(".TH \"TOOL\" \"1\" \"2026-01-02\" \"keylane 1\" \"keylane\"\n")
                .contains("\n.SS \"tool show [OPTIONS] FILE...\"\nShow what's there.\n")
                .contains("\n.TP\n\\fB\\-n\\fR, \\fB\\-\\-number\\fR N\nHow many: 0% to 3.\n")
                .doesNotContain("secret", "hide");
    }

    @Test
    void textIsNeverARequest() {
        assertThat(new Roff("a", 1, "d", "v").text(".SH no").text("'so no").toString()).contains("\n\\&.SH no\n\\&'so no\n");
        assertThat(new Roff("a", 1, "d", "v").text("x".repeat(78) + " .SH no").toString()).contains("\n\\&.SH no\n");
        assertThat(Inline.plain("a\\nb")).isEqualTo("a\\enb");
        assertThat(Inline.of("`a-b` **c** *d* [see `e`](f.md) <G> 1*2*3 x")).isEqualTo(
                "\\fBa\\-b\\fR \\fBc\\fR \\fBd\\fR see \\fBe\\fR \\fIG\\fR 1*2*3 x");
    }

    @Test
    void aDocumentBecomesAPage() {
        Roff page = new Roff("a", 5, "d", "v").section("NAME");
        MarkdownPage.append(page, List.of("# Title", "", "One", "two.", "", "    ./keylane check", "", "## Next", "", "* first", "  on",
                "* second", "", "| key | meaning | default |", "| --- | --- | --- |", "| `k` | a \\| b | 3 |", "| `l` | c | |"));
        assertThat(page.toString()).endsWith("""
                .SH "NAME"
                One two.
                .PP
                .RS 4
                .nf
                keylane check
                .fi
                .RE
                .SH "NEXT"
                .IP \\(bu 2
                first on
                .IP \\(bu 2
                second
                .TP
                \\fBk\\fR
                a | b; default: 3
                .TP
                \\fBl\\fR
                c
                """);
    }

    @Test
    void zshHearsOfEach() {
        assertThat(ZshCompletion.of(tool.getCommandSpec())).startsWith("#compdef tool\n")
                .contains("'show:Show what’s there.'", "'--way[Which (way).]:up|down:(up down)'", "'--number[How many; 0% to 3.]:N:'",
                        "'*:FILE:_files'")
                .doesNotContain("secret", "hide");
    }
}
