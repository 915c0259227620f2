package dev.keylane.ike.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.text.Parsed;
import dev.keylane.ike.wire.Octets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTextTest {
    @ParameterizedTest
    @CsvSource({
            "secret, 736563726574",
            "sécret, 73c3a9637265 74",
            "'with blanks ', 7769746820626c616e6b7320",
            "0xdeadBEEF, deadbeef",
            "0xabc, 0abc",
            "0x12:34, 1234",
            "0sc2VjcmV0, 736563726574",
            "0sc2VjcmU=, 7365637265",
            "0sc2VjcmU, 7365637265",
            "0, 30",
            "x, 78",
            "0Xff, 30586666",
            "1x00, 31783030",
    })
    void plainHexadecimalAndBase64(String text, String octets) {
        assertThat(Octets.wrap(SecretText.parse(text).orElseThrow().borrow())).isEqualTo(Octets.ofHex(octets));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0xhunter2", "0s!hunter2!", "0s=hunter2"})
    void theComplaintNeverRepeatsTheSecret(String text) {
        assertThat(SecretText.parse(text)).isInstanceOf(Parsed.Refused.class);
        assertThat(SecretText.parse(text).toString()).doesNotContain("hunt", "ter2", "!");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0x", "0s", "0x:"})
    void anEmptySecretIsRefused(String text) {
        assertThat(SecretText.parse(text)).isEqualTo(Parsed.refused("the secret is empty"));
    }

    @Test
    void aParsedSecretIsNotPrinted() {
        assertThat(SecretText.parse("hunter2").toString()).doesNotContain("hunter2");
    }

    @Test
    void anyTextIsReadOrRefused() {
        Random random = new Random(33);
        for (int i = 0; i < 20_000; i++) {
            String text = (random.nextBoolean() ? "0x" : "0s") + random.ints(random.nextInt(12), 0, 0x250)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append);
            SecretText.parse(text).asOptional().ifPresent(secret -> assertThat(secret.length()).isPositive());
        }
    }
}
