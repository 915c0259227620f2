package dev.keylane.ike.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
    @Test
    void controlCharactersAreNotShown() {
        assertThat(Printable.of("a\n\u001b[2J\u00fc\u0085\ud83d\ude00")).isEqualTo("a??[2J\u00fc?\ud83d\ude00");
    }

    @Test
    void whatIsLongIsCutBetweenCharacters() {
        assertThat(Printable.of("ab\ud83d\ude00", 3)).isEqualTo("ab\ud83d\ude00");
        assertThat(Printable.of("ab\ud83d\ude00c", 3)).isEqualTo("ab\ud83d\ude00...");
        assertThat(Printable.of("", 3)).isEmpty();
    }
}
