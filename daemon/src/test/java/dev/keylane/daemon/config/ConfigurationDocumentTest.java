package dev.keylane.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.config.KnownKey.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tables of docs/configuration.md are the table of keys. */
class ConfigurationDocumentTest {
    private static final String BEGIN = "<!-- tables of keys: checked by ConfigurationDocumentTest -->\n";
    private static final String END = "<!-- end of the tables -->";

    @Test
    void tablesMatchTheCode() throws IOException {
        String document = Files.readString(Path.of("../docs/configuration.md"));
        String expected = tables();
        // Left here to be copied when a key was added.
        Files.writeString(Path.of("target/configuration-tables.md"), expected);
        int from = document.indexOf(BEGIN);
        int to = document.indexOf(END);
        assertThat(from).isNotNegative().isLessThan(to);
        assertThat(document.substring(from + BEGIN.length(), to)).isEqualTo(expected);
    }

    private static String tables() {
        StringBuilder text = new StringBuilder();
        for (Scope scope : Scope.values()) {
            text.append("\n### `").append(scope.path())
                    .append("`\n\n| key | here | value | default | remark |\n|---|---|---|---|---|\n");
            List<String> ignored = new ArrayList<>();
            for (KnownKey<?> key : KnownKeys.all()) {
                if (key.scope() == scope && key.remark().equals(UnusedDaemonKeys.NO_COUNTERPART)) {
                    ignored.add("`" + key.name() + (key.name().endsWith(".") ? "*`" : "`"));
                } else if (key.scope() == scope) {
                    text.append(row(key));
                }
            }
            if (!ignored.isEmpty()) {
                text.append("\nAccepted without effect, with a note: ").append(String.join(", ", ignored)).append(".\n");
            }
        }
        return text.append("\n").toString();
    }

    private static String row(KnownKey<?> key) {
        String use = switch (key.use()) {
            case USED -> "used";
            case IGNORED -> "no effect";
            case REFUSED -> isNever(key) ? "refused" : "refused, except";
        };
        String value = key.format().expects() + (key.list() ? ", with commas between" : "");
        String standard = key.standard().isEmpty() ? "" : "`" + key.standard() + "`";
        String name = key.name() + (key.name().endsWith(".") ? "*" : "");
        return "| `%s` | %s | %s | %s | %s |\n".formatted(name, use, isNever(key) ? "" : value.replace("|", "\\|"), standard,
                key.remark());
    }

    private static boolean isNever(KnownKey<?> key) {
        return key.format().expects().equals(KeyTable.NOTHING);
    }
}
