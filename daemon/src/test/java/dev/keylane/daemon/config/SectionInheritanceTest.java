package dev.keylane.daemon.config;

import static dev.keylane.daemon.config.SettingsReaderTest.print;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SectionInheritanceTest {
    static List<Arguments> texts() {
        return List.of(
                Arguments.of("b { x = 1 } a : b { y = 2 }", "a", "y=2 x=1"),
                Arguments.of("a : b { y = 2 } b { x = 1 }", "a", "y=2 x=1"),
                Arguments.of("b { x = 1 } a : b { x = 2 }", "a", "x=2"),
                Arguments.of("b { x = 1 } c { x = 3 z = 4 \n } a : b, c { }", "a", "x=1 z=4"),
                Arguments.of("b { x = 1\n y = 2 } a : b { x =\n }", "a", "y=2"),
                Arguments.of("b { s { x = 1 } } a : b { s { y = 2 } }", "a", "s{y=2 x=1}"),
                Arguments.of("b { s { x = 1 } t { } } a : b { s =\n }", "a", "s{x=1} t{}"),
                Arguments.of("b { s = 0 \ns { x = 1 } } a : b { s =\n s { y = 2 } }", "a", "s{y=2 x=1}"),
                Arguments.of("c { x = 1 } b : c { } a : b { }", "a", "x=1"),
                Arguments.of("p { q { x = 1 } } a : p.q { }", "a", "x=1"),
                Arguments.of("c { q { x = 1 } } p : c { } a : p.q { }", "a", "x=1"),
                Arguments.of("b { x = 1 } a : b { } a { y = 2 }", "a", "y=2 x=1"),
                Arguments.of("b { x = 1 } b { z = 3 } a : b { }", "a", "x=1 z=3"),
                Arguments.of("b { x = 1 } a :\n b # and\n { }", "a", "x=1"),
                Arguments.of("b { s { x = 1 } } a { t : b.s { } }", "a", "t{x=1}"),
                Arguments.of("c { x = 1 } b { s : c { } } a : b { }", "a", "s{x=1}"));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void stacksLayers(String text, String name, String expected) {
        // Values end with their line; the table is easier to read without.
        var settings = SettingsReader.parse(text.replaceAll("= (\\d) ", "= $1\n"), SampleConfig.FILE);
        assertThat(settings.mistakes()).isEmpty();
        assertThat(print(settings.root().section(name).orElseThrow())).isEqualTo(expected);
    }

    static List<Arguments> notes() {
        return List.of(
                Arguments.of("a : b { }", "t.conf:1: a: there is no section b to inherit from"),
                Arguments.of("b { }\na : b.c { }", "t.conf:2: a: there is no section b.c to inherit from"),
                Arguments.of("a : a { }", "t.conf:1: a: inherits from itself by way of a, which adds nothing"),
                Arguments.of("a : b { }\nb : a { }", "t.conf:2: b: inherits from itself by way of a, which adds nothing"));
    }

    @ParameterizedTest
    @MethodSource("notes")
    void notesWhatAddsNothing(String text, String expected) {
        var settings = SettingsReader.parse(text, SampleConfig.FILE);
        assertThat(settings.mistakes()).isEmpty();
        assertThat(settings.notes()).extracting(ConfigNote::toString).contains(expected);
    }

    static List<Arguments> mistakes() {
        return List.of(
                Arguments.of("a { b : a { } }", "t.conf:1: b: inherits too deep or too often"),
                Arguments.of("a { b : a { } c : a { } }", "t.conf:1: b: inherits too deep or too often"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void saysWhatCannotBeInherited(String text, String expected) {
        assertThat(SettingsReader.parse(text, SampleConfig.FILE).mistakes())
                .extracting(ConfigMistake::toString).containsExactly(expected);
    }

    @Test
    @Timeout(10)
    void multiplicationIsBounded() {
        StringBuilder text = new StringBuilder("s0 { x = 1 }\n");
        for (int i = 1; i <= 30; i++) {
            text.append("s%d { p : s%d { } q : s%d { } r : s%d { } }\n".formatted(i, i - 1, i - 1, i - 1));
        }
        long start = System.nanoTime();
        assertThat(SettingsReader.parse(text.toString(), SampleConfig.FILE).mistakes())
                .extracting(ConfigMistake::text).containsExactly("inherits too deep or too often");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void templatesAreNotUnknownSections() {
        assertThat(SampleConfig.mistakes("""
                psk { local { auth = psk
                } remote { auth = psk
                } }
                connections { c : psk { version = 2
                } }
                """)).isEmpty();
        assertThat(SampleConfig.mistakes("psk { local { auth = psk\n } }"))
                .containsExactly("t.conf:1: psk: unknown section");
    }

    @Test
    void mistakesPointToWhereTheInheritedKeyStands() {
        assertThat(SampleConfig.mistakes("""
                base {
                  local { auth = psk
                    id = ""
                  }
                  remote { auth = psk
                  } }
                connections { c : base { }
                  d : base { }
                }
                """)).containsExactly("t.conf:3: id: expected an identity, found nothing");
    }
}
