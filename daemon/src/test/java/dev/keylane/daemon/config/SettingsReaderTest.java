package dev.keylane.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SettingsReaderTest {
    static List<Arguments> texts() {
        return List.of(
                Arguments.of("", ""),
                Arguments.of("a = b", "a=b"),
                Arguments.of("a=b\nc\t=\td", "a=b c=d"),
                Arguments.of("a = b # comment\n# c = d\n\n", "a=b"),
                Arguments.of("a = one   two\tthree", "a=one two three"),
                Arguments.of("a = \"one   two\"", "a=one   two"),
                Arguments.of("a = x \"y # z\" w", "a=x y # z w"),
                Arguments.of("a = \"\"", "a="),
                Arguments.of("a = 'single'", "a='single'"),
                Arguments.of("a = \"q\\\"uo\\\\te\\n\\t\\x\"", "a=q\"uo\\te\n\tx"),
                Arguments.of("a = \"two\nlines\"\nb = c", "a=two\nlines b=c"),
                Arguments.of("a = \"joined \\\nlines\"\nb = c", "a=joined lines b=c"),
                Arguments.of("a = \"joined \\\r\nlines\"", "a=joined lines"),
                Arguments.of("a = b\\\nc = d", "a=b\\ c=d"),
                Arguments.of("a = b\r\nc = d\r\n", "a=b c=d"),
                Arguments.of("a = x=y:z,w{.", "a=x=y:z,w{."),
                Arguments.of("s { a = b }", "s{a=b}"),
                Arguments.of("s{a=b}t{c=d}", "s{a=b} t{c=d}"),
                Arguments.of("s\n\n{ # why\na = b\n}", "s{a=b}"),
                Arguments.of("s { t { u { a = b } } }", "s{t{u{a=b}}}"),
                Arguments.of("s { }", "s{}"),
                Arguments.of("s { a = b }\ns { c = d }", "s{a=b c=d}"),
                Arguments.of("s { a = b }\ns { a = c }", "s{a=c}"),
                Arguments.of("s { t { a = b } } s { t { c = d } u { } }", "s{t{a=b c=d} u{}}"),
                Arguments.of("a = b\na =\n", ""),
                Arguments.of("a = b\na =\na = c", "a=c"),
                Arguments.of("s { a = b }\ns =\n", "s{a=b}"),
                Arguments.of("s = x\ns { a = b }\ns =\ns { c = d }", "s{a=b c=d}"),
                Arguments.of("charon.port = 500", "charon.port=500"),
                Arguments.of("s { a.b = c }", "s{a.b=c}"),
                Arguments.of("include = b", "include=b"),
                Arguments.of("including = b", "including=b"),
                Arguments.of("include { a = b }", "include{a=b}"));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void readsTheGrammar(String text, String expected) {
        // A section may be called include; only then is a brace a pattern that matches nothing.
        String sure = text.replace("include {", "include\n{");
        var settings = SettingsReader.parse(sure, SampleConfig.FILE);
        assertThat(settings.mistakes()).isEmpty();
        assertThat(print(settings.root())).isEqualTo(expected);
    }

    static List<Arguments> syntaxMistakes() {
        return List.of(
                Arguments.of("}", "t.conf:1: }: there is no section to close here"),
                Arguments.of("a = b\n}\n", "t.conf:2: }: there is no section to close here"),
                Arguments.of("s {\n a = b\n", "t.conf:1: s: the section is not closed"),
                Arguments.of("s {\n t {\n }\n", "t.conf:1: s: the section is not closed"),
                Arguments.of("a", "t.conf:1: a: expected '=' or '{', found end of file"),
                Arguments.of("a\nb = c", "t.conf:2: a: expected '=' or '{', found 'b'"),
                Arguments.of("\n\n= b", "t.conf:3: '=': expected a key or a section name"),
                Arguments.of("{ }", "t.conf:1: '{': expected a key or a section name"),
                Arguments.of("\"a\" = b", "t.conf:1: '\"': expected a key or a section name"),
                Arguments.of("a = \"b\n\n", "t.conf:1: a: the quoted string does not end"),
                Arguments.of("a = b\nc = \"d\\", "t.conf:2: c: the quoted string does not end"),
                Arguments.of("s : { }", "t.conf:1: s: expected the name of a section to inherit from, found '{'"),
                Arguments.of("s : t, { }", "t.conf:1: s: expected the name of a section to inherit from, found '{'"),
                Arguments.of("s : t u { }", "t.conf:1: s: expected '=' or '{', found 'u'"),
                Arguments.of("a , b = c", "t.conf:1: a: expected '=' or '{', found ','"),
                Arguments.of("a = b\n\u0001", "t.conf:2: file: control character 0x01"),
                Arguments.of("include \"x", "t.conf:1: include: the quoted string does not end"),
                Arguments.of("s { ".repeat(33) + "}".repeat(33), "t.conf:1: s: sections are nested more than 32 deep"));
    }

    @ParameterizedTest
    @MethodSource("syntaxMistakes")
    void saysWhatItCannotRead(String text, String expected) {
        assertThat(SettingsReader.parse(text, SampleConfig.FILE).mistakes())
                .extracting(ConfigMistake::toString).containsExactly(expected);
    }

    @Test
    void everyNodeKnowsItsLine() {
        Section root = SettingsReader.parse("\ns {\n a = b\n\n t {\n c = \"x\ny\"\n d = e\n } }", Path.of("dir/f"))
                .root();
        Section s = root.section("s").orElseThrow();
        Section t = s.section("t").orElseThrow();
        assertThat(s.origin()).hasToString("dir/f:2");
        assertThat(s.setting("a").orElseThrow().origin()).hasToString("dir/f:3");
        assertThat(t.origin()).hasToString("dir/f:5");
        assertThat(t.setting("c").orElseThrow().origin()).hasToString("dir/f:6");
        assertThat(t.setting("d").orElseThrow().origin()).hasToString("dir/f:8");
    }

    @Test
    void neverPrintsValues() {
        Section root = SettingsReader.parse("s { secret = \"hush hush\" }", SampleConfig.FILE).root();
        Section s = root.section("s").orElseThrow();
        assertThat(root + " " + s + " " + s.settings()).contains("secret").doesNotContain("hush");
    }

    /** Settings before sections, each in order. */
    static String print(Section section) {
        List<String> parts = new ArrayList<>();
        section.settings().forEach((key, value) -> parts.add(key + "=" + String.join("|", value.items())));
        section.sections().forEach((name, inner) -> parts.add(name + "{" + print(inner) + "}"));
        return String.join(" ", parts);
    }
}
