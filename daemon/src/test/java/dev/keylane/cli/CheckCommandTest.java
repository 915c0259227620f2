package dev.keylane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CheckCommandTest {
    private static final String GOOD = """
            connections { a { local { auth = psk
              } remote { auth = psk
              } children { x { } y { } } } }
            secrets { ike { secret = hush
              } }
            """;

    @TempDir
    private Path dir;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        CommandLine line = Keylane.commandLine();
        return line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(args);
    }

    private Path file(String name, String text, String permissions) throws IOException {
        Path file = Files.writeString(dir.resolve(name), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    @Test
    void summarizesWhatIsGood() throws IOException {
        assertThat(run("check", file("a.conf", GOOD, "rw-------").toString())).isZero();
        assertThat(out).hasToString("connection a: 2 children\nok: 1 file, 1 connection, 1 secret\n");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void printsOneMistakeALine() throws IOException {
        Path file = file("a.conf", GOOD.replace("auth = psk", "auht = psk"), "rw-------");
        assertThat(run("check", file.toString())).isEqualTo(1);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().replace(dir + "/", "")).isEqualTo("""
                a.conf:1: auht: unknown key, did you mean auth?
                a.conf:1: auth: its default pubkey is not supported by keylane, set auth = psk
                a.conf:2: auht: unknown key, did you mean auth?
                a.conf:2: auth: its default pubkey is not supported by keylane, set auth = psk
                """);
    }

    @Test
    void guessesAtSections() throws IOException {
        Path file = file("a.conf", GOOD.replace("children", "childern").replace("secrets", "secret"), "rw-------");
        assertThat(run("check", file.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("childern: unknown section, did you mean children?",
                "secret: unknown section, did you mean secrets?");
    }

    @Test
    void explainsItself() {
        assertThat(run("check", "--help")).isZero();
        assertThat(out.toString()).contains("FILE_OR_DIR");
        assertThat(run("check", "-h")).isZero();
        assertThat(run("run", "--help")).isZero();
        assertThat(out.toString()).contains("keylane%d").doesNotContain("%%");
        assertThat(run("run", "--kernel", "foo")).isEqualTo(2);
        assertThat(err.toString()).contains("[auto, xfrm, software]");
    }

    @Test
    void warnsOfSecretsEverybodyCanRead() throws IOException {
        assertThat(run("check", file("a.conf", GOOD, "rw-r--r--").toString())).isZero();
        assertThat(err.toString().replace(dir + "/", "")).isEqualTo("warning: a.conf: secrets: the file holds secrets "
                + "and every user may read it, chmod go= would keep them out\n");
        assertThat(out.toString()).contains("ok:").doesNotContain("hush");
        assertThat(run("check", file("b.conf", GOOD, "rw-r-----").toString())).isZero();
        assertThat(err.toString()).contains("b.conf: secrets: the file holds secrets and its group may read it");
    }

    @Test
    void readsDirectories() throws IOException {
        file("b.conf", "charon { port = 501\n}", "rw-------");
        file("a.conf", GOOD, "rw-------");
        assertThat(run("check", dir.toString())).isZero();
        assertThat(out.toString()).endsWith("ok: 2 files, 1 connection, 1 secret\n");
    }

    @Test
    void missingFilesAreMistakes() {
        assertThat(run("check", dir.resolve("none").toString())).isEqualTo(1);
        assertThat(err.toString().replace(dir + "/", "")).isEqualTo("none: file: no such file: none\n");
        assertThat(run("check")).isEqualTo(2);
    }

    @Test
    void printsTheVersionOfTheBuild() {
        assertThat(run("version")).isZero();
        assertThat(out.toString()).matches("keylane \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\\R");
    }
}
