package dev.keylane.ike.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
    private final RateLimit limit = new RateLimit(3);

    private long allowed(Instant now) {
        return IntStream.range(0, 10).filter(_ -> limit.allows(now)).count();
    }

    @Test
    void eachSecondAllowsSoMany() {
        assertThat(allowed(START)).isEqualTo(3);
        assertThat(allowed(START.plusMillis(999))).isZero();
        assertThat(allowed(START.plusSeconds(1))).isEqualTo(3);
        assertThat(allowed(START.plusSeconds(60))).isEqualTo(3);
    }

    @Test
    void aClockThatIsSetBackDoesNotSilenceUs() {
        assertThat(allowed(START)).isEqualTo(3);
        assertThat(allowed(START.minusSeconds(3600))).isEqualTo(3);
    }
}
