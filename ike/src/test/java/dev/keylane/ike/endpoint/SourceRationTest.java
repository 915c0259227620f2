package dev.keylane.ike.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpAddress;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SourceRationTest {
    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
    private final SourceRation ration = new SourceRation(3, 42);

    private long allowed(String source, Instant now) {
        return IntStream.range(0, 10).filter(_ -> ration.allows(IpAddress.of(source), now)).count();
    }

    @Test
    void eachSourceHasItsOwnInEachSecond() {
        assertThat(allowed("192.0.2.1", START)).isEqualTo(3);
        assertThat(allowed("192.0.2.2", START)).isEqualTo(3);
        assertThat(allowed("2001:db8::1", START)).isEqualTo(3);
        assertThat(allowed("2001:db8::2", START)).as("the same /64").isZero();
        assertThat(allowed("2001:db8:0:1::1", START)).isEqualTo(3);
        assertThat(allowed("192.0.2.1", START.plusMillis(999))).isZero();
        assertThat(allowed("192.0.2.1", START.plusSeconds(1))).isEqualTo(3);
        assertThat(allowed("192.0.2.1", START.minusSeconds(3600))).as("a clock that is set back").isEqualTo(3);
    }

    @Test
    void sourcesAreSpreadEvenly() {
        long alone = IntStream.range(0, 400).filter(i ->
                ration.allows(IpAddress.of("10.0." + i / 250 + "." + i % 250), START)).count();
        assertThat(alone).isGreaterThan(395);
    }
}
