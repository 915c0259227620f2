package dev.keylane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.config.ConfigMistake;
import dev.keylane.daemon.config.Section;
import dev.keylane.daemon.config.SettingsReader;
import dev.keylane.daemon.vici.ViciMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Odd settings files come to the same connections on the control socket as with strongSwan's swanctl. What swanctl sends
 * stands in {@code grammar.txt}; a scenario in the lab asks swanctl itself.
 */
class SettingsGrammarTest {
    private static final Path CASES = Path.of("src/test/resources/dev/keylane/cli/grammar.txt");

    @TempDir
    private Path dir;

    @TestFactory
    Stream<DynamicTest> readsWhatSwanctlReads() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (String block : Files.readString(CASES).split("(?m)^== ")) {
            String[] lines = block.split("\n", -1);
            String head = lines[0];
            List<String> body = List.of(lines).subList(1, lines.length - 1);
            if (head.startsWith("file ")) {
                write(head.substring(5), body);
            } else if (head.startsWith("case ")) {
                tests.add(DynamicTest.dynamicTest(head, () -> check(head.substring(5), body)));
            }
        }
        assertThat(tests).hasSizeGreaterThan(150);
        return tests.stream();
    }

    private void check(String name, List<String> body) throws IOException {
        Path file = write(name, body.stream().filter(line -> !isResult(line)).toList());
        SettingsReader.Settings settings = SettingsReader.read(List.of(file));
        List<String> mistakes = settings.mistakes().stream().map(ConfigMistake::text).toList();
        String differs = body.stream().filter(line -> line.startsWith("~")).findFirst().orElse("");
        if (differs.startsWith("~ refuses: ")) {
            assertThat(mistakes).singleElement().asString().contains(differs.substring("~ refuses: ".length()));
        } else if (body.stream().anyMatch(line -> line.startsWith("!")) && !differs.equals("~ reads")) {
            assertThat(mistakes).isNotEmpty();
        } else {
            assertThat(mistakes).isEmpty();
            List<String> expected = body.stream().filter(line -> line.startsWith("> ")).map(line -> line.substring(2))
                    .toList();
            if (!differs.equals("~ reads")) {
                assertThat(connections(settings.root())).containsExactlyElementsOf(expected);
            }
        }
    }

    private static List<String> connections(Section root) {
        return root.section("connections").map(section -> section.sections().values().stream()
                .map(each -> each.name() + "{" + print(SectionMessage.of(each)) + "}").toList()).orElse(List.of());
    }

    private static String print(ViciMessage message) {
        return message.elements().stream().map(element -> switch (element) {
            case ViciMessage.Value value -> value.name() + "=" + pictured(value.text());
            case ViciMessage.Items items -> items.name() + "="
                    + items.texts().stream().map(SettingsGrammarTest::pictured).collect(Collectors.joining("|"));
            case ViciMessage.Section(String name, ViciMessage content) -> name + "{" + print(content) + "}";
        }).collect(Collectors.joining(" "));
    }

    private Path write(String name, List<String> lines) throws IOException {
        Path file = dir.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, plain(String.join("\n", lines) + "\n"));
    }

    private static boolean isResult(String line) {
        return line.startsWith(">") || line.startsWith("!") || line.startsWith("~");
    }

    /** Control characters as their pictures. */
    private static String pictured(String text) {
        return text.chars().map(c -> c < ' ' ? c + PICTURES : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }

    private static String plain(String text) {
        return text.chars().map(c -> c >= PICTURES && c < PICTURES + ' ' ? c - PICTURES : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }

    private static final int PICTURES = 0x2400;
}
