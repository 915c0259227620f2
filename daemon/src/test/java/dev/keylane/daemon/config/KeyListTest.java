package dev.keylane.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.config.KnownKey.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code keys.txt} holds every key of strongSwan's manuals, and what becomes of it. */
class KeyListTest {
    private static final Path KEYS = Path.of("src/test/resources/dev/keylane/daemon/config/keys.txt");

    static Stream<String> keys() throws IOException {
        return Files.readAllLines(KEYS).stream().filter(line -> !line.startsWith("#"));
    }

    @ParameterizedTest
    @MethodSource("keys")
    void isUsedIgnoredOrRefused(String line) {
        String[] words = line.split(" ");
        Scope scope = Scope.valueOf(words[0].toUpperCase(Locale.ROOT));
        KnownKey<?> key = KnownKeys.find(scope, words[1]).orElseThrow();
        assertThat(key.use().name().toLowerCase(Locale.ROOT)).as(line).isEqualTo(words[2]);
        if (!words[2].equals("used")) {
            assertThat(key.remark()).as("why, or what to do").isNotEmpty();
        }
    }

    @Test
    void listsEveryKeyOfTheTable() throws IOException {
        Set<String> listed = keys().map(line -> line.substring(0, line.lastIndexOf(' ')))
                .collect(Collectors.toCollection(TreeSet::new));
        List<String> known = KnownKeys.all().stream()
                .map(key -> key.scope().name().toLowerCase(Locale.ROOT) + " " + key.name()).toList();
        assertThat(listed).containsAll(known);
    }
}
