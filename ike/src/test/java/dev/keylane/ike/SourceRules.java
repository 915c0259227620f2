package dev.keylane.ike;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What only the source text shows, of the module whose directory the test runs in. */
public abstract class SourceRules {
    protected static final Path MAIN = Path.of("src/main/java");
    private static final int MOST_LINES = 400;

    protected static List<Path> sources(Path... roots) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path root : roots) {
            try (Stream<Path> files = Files.walk(root)) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(found::add);
            }
        }
        assertThat(found).isNotEmpty();
        return found;
    }

    @Test
    void filesFitTheHead() throws IOException {
        for (Path source : sources(MAIN, Path.of("src/test/java"))) {
            assertThat(Files.readAllLines(source).size()).as("lines of %s", source).isLessThanOrEqualTo(MOST_LINES);
        }
    }

    @Test
    void everyPackageSaysWhatItIs() throws IOException {
        Set<Path> packages = sources(MAIN).stream().map(Path::getParent).collect(Collectors.toSet());
        for (Path room : packages) {
            Path about = room.resolve("package-info.java");
            assertThat(about).exists();
            assertThat(Files.readString(about)).as("%s", about).contains("/**", "@NullMarked");
        }
    }
}
