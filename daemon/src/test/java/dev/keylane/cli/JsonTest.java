package dev.keylane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void printsObjectsInLinesAndPlainListsInOne() {
        assertThat(Json.print(List.of(Map.of("a", List.of(1, 2)), Map.of()))).isEqualTo("""
                [
                  {
                    "a": [1, 2]
                  },
                  {}
                ]""");
    }

    @Test
    void everyTextIsReadAsWhatItWas() {
        Random random = new Random(8259);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder text = new StringBuilder();
            random.ints(20, 0, 0x11000).filter(c -> c < 0xd800 || c > 0xdfff).forEach(text::appendCodePoint);
            text.append("\"\\\n\u0000\ud83d\ude00");
            assertThat(new JsonArray(Json.print(List.of(text.toString()))).getString(0)).isEqualTo(text.toString());
        }
    }
}
