package dev.keylane.ike;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SourcesTest extends SourceRules {
    @Test
    void nothingIsSynchronized() throws IOException {
        for (Path source : sources(MAIN)) {
            assertThat(Files.readString(source)).as("%s", source).doesNotContainPattern("\\bsynchronized\\b\\s*\\(");
        }
    }
}
