package dev.keylane.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswersTest {
    /** Characters of one, two and four octets, at and around the places where a large answer is cut. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_534, 65_535, 65_536, 65_537, 131_071, 131_072, 200_001})
    void largeAnswersAreCutBetweenCharacters(int before) {
        String body = "x".repeat(before) + "\u00e9\ud83d\ude00".repeat(30_000);
        List<Buffer> slices = Answers.slices(body);
        Buffer all = Buffer.buffer();
        slices.forEach(all::appendBuffer);
        assertThat(all.toString("UTF-8")).isEqualTo(body);
        assertThat(slices).hasSizeGreaterThan(1).allMatch(slice -> slice.length() <= 4 * 65_536);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ok\n"})
    void smallOnesGoAsTheyAre(String body) {
        assertThat(Answers.slices(body)).containsExactly(Buffer.buffer(body));
    }
}
