package dev.keylane.daemon.config;

import static dev.keylane.daemon.config.SettingsReaderTest.print;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsFilesTest {
    @TempDir
    private Path dir;
    private Path main;

    @BeforeEach
    void nameMain() {
        main = dir.resolve("main.conf");
    }

    private void write(String name, String text) throws IOException {
        Path file = dir.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private SettingsReader.Settings read(String text) throws IOException {
        write("main.conf", text);
        return SettingsReader.read(List.of(main));
    }

    private List<String> mistakes(String text) throws IOException {
        return read(text).mistakes().stream().map(m -> m.toString().replace(dir + "/", "")).toList();
    }

    private List<String> notes(String text) throws IOException {
        var settings = read(text);
        assertThat(settings.mistakes()).isEmpty();
        return settings.notes().stream().map(note -> note.toString().replace(dir + "/", "")).toList();
    }

    @Test
    void includesInOrderOfNames() throws IOException {
        write("conf.d/b.conf", "x = b\ny = b");
        write("conf.d/a.conf", "x = a\nz = a");
        write("conf.d/.hidden.conf", "x = hidden");
        write("conf.d/c.txt", "x = other");
        write("conf.d/d.conf/inside", "a directory");
        var settings = read("include conf.d/*.conf\nw = main");
        assertThat(settings.mistakes()).isEmpty();
        assertThat(print(settings.root())).isEqualTo("x=b z=a y=b w=main");
        assertThat(settings.files()).extracting(file -> dir.relativize(file).toString())
                .containsExactly("main.conf", "conf.d/a.conf", "conf.d/b.conf");
        assertThat(settings.root().setting("z").orElseThrow().origin())
                .hasToString(dir.resolve("conf.d/a.conf") + ":2");
    }

    @Test
    void includesIntoTheSectionTheyStandIn() throws IOException {
        write("inside.conf", "a = b\nt { c = d\n}");
        assertThat(print(read("s { include inside.conf\n e = f\n}").root())).isEqualTo("s{a=b e=f t{c=d}}");
        assertThat(print(read("s { include inside.conf }").root())).isEqualTo("s{a=b t{c=d}}");
        assertThat(print(read("include inside.conf # why not").root())).isEqualTo("a=b t{c=d}");
    }

    @Test
    void includesNestRelativeToTheirOwnDirectory() throws IOException {
        write("one/first.conf", "include two/second.conf");
        write("one/two/second.conf", "include ../../third.conf");
        write("third.conf", "a = b");
        assertThat(print(read("include one/first.conf").root())).isEqualTo("a=b");
    }

    @Test
    void patternsAreThoseOfTheShell() throws IOException {
        write("a1.conf", "a1 = x");
        write("a2.conf", "a2 = x");
        write("b1.conf", "b1 = x");
        write("sp ace.conf", "space = x");
        write("br{ace}.conf", "brace = x");
        assertThat(print(read("include a?.conf").root())).isEqualTo("a1=x a2=x");
        assertThat(print(read("include [ab]1.conf").root())).isEqualTo("a1=x b1=x");
        assertThat(print(read("include [^a]1.conf").root())).isEqualTo("b1=x");
        assertThat(print(read("include a\\1.conf").root())).isEqualTo("a1=x");
        assertThat(print(read("include sp\\ ace.conf").root())).isEqualTo("space=x");
        assertThat(print(read("include \"sp ace.conf\"").root())).isEqualTo("space=x");
        assertThat(print(read("include br{ace\\}.con*").root())).isEqualTo("brace=x");
        assertThat(print(read("include " + dir + "/a[12].conf").root())).isEqualTo("a1=x a2=x");
        assertThat(read("include nothing/*.conf").mistakes()).isEmpty();
    }

    @Test
    void saysWhichIncludeFailed() throws IOException {
        write("loop.conf", "\ninclude main.conf");
        write("bad.conf", "x = y\n}");
        assertThat(mistakes("include loop.conf")).containsExactly("loop.conf:2: include: main.conf includes itself");
        assertThat(mistakes("include bad.conf"))
                .containsExactly("bad.conf:2: }: there is no section to close here");
        assertThat(mistakes("include [.conf")).containsExactly("main.conf:1: include: not a file name: [.conf");
        assertThat(mistakes("include /dev/zero")).containsExactly("main.conf:1: include: not a file: /dev/zero");
    }

    /** As strongSwan does, which says so at its start. */
    @Test
    void passesOverWhatIsNotThere() throws IOException {
        assertThat(notes("a = b\ninclude missing.conf"))
                .containsExactly("main.conf:2: include: no such file: missing.conf, nothing is included");
        assertThat(notes("include " + dir)).hasSize(1).first().asString().startsWith("main.conf:1: include: not a file");
        assertThat(notes("include #")).containsExactly("main.conf:1: include: no file is named, nothing is included");
        assertThat(notes("include no*.conf")).isEmpty();
    }

    @Test
    void depthIsBounded() throws IOException {
        for (int i = 0; i < 12; i++) {
            write("f" + i + ".conf", "include f" + (i + 1) + ".conf");
        }
        assertThat(mistakes("include f0.conf"))
                .containsExactly("f8.conf:1: include: files include each other more than 10 deep");
    }

    @Test
    void countAndSizeAreBounded() throws IOException {
        for (int i = 0; i < 1005; i++) {
            write("many/%04d.conf".formatted(i), "");
        }
        assertThat(mistakes("include many/*.conf")).first().isEqualTo("main.conf:1: include: more than 1000 files");
        write("big.conf", "#".repeat(17 << 20));
        assertThat(mistakes("include big.conf"))
                .containsExactly("main.conf:1: include: the configuration is larger than 16 MiB");
        assertThat(mistakes("a=b\n".repeat(400_001)))
                .containsExactly("main.conf:400001: a: more than 400000 keys and sections");
    }

    @Test
    void onlyUtf8IsText() throws IOException {
        Files.write(dir.resolve("latin.conf"), "a = \u00e9".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(mistakes("include latin.conf")).containsExactly("latin.conf: include: not UTF-8 text");
        assertThat(print(read("a = \u00e9").root())).isEqualTo("a=\u00e9");
    }

    @Test
    void directoriesHoldSwanctlConfOrAllOthers() throws IOException {
        write("etc/b.conf", "connections { }");
        write("etc/a.conf", "secrets { }");
        assertThat(Configuration.load(List.of(dir.resolve("etc"))).files()).extracting(f -> f.getFileName().toString())
                .containsExactly("a.conf", "b.conf");
        write("etc/swanctl.conf", "include b.conf");
        assertThat(Configuration.load(List.of(dir.resolve("etc"))).files()).extracting(f -> f.getFileName().toString())
                .containsExactly("swanctl.conf", "b.conf");
        Files.createDirectories(dir.resolve("empty"));
        assertThat(Configuration.load(List.of(dir.resolve("empty"), dir.resolve("gone"))).mistakes())
                .extracting(m -> m.toString().replace(dir + "/", "")).containsExactly(
                        "empty: directory: neither swanctl.conf nor any other *.conf in it",
                        "gone: file: no such file: gone");
    }
}
