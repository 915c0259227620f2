package dev.keylane.daemon.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LatencyCountTest {
    @Test
    void countsByUpperBoundAndSumsSeconds() {
        LatencyCount count = LatencyCount.NONE.plus(Duration.ofMillis(1)).plus(Duration.ofNanos(1_000_001))
                .plus(Duration.ofSeconds(31)).plus(Duration.ZERO);
        assertThat(count.counts()).hasSize(LatencyCount.BOUNDS.size() + 1);
        assertThat(count.counts().getFirst()).as("1 ms at the most").isEqualTo(2);
        assertThat(count.counts().get(1)).isEqualTo(1);
        assertThat(count.counts().getLast()).as("longer than all").isEqualTo(1);
        assertThat(count.total()).isEqualTo(4);
        assertThat(count.seconds()).isEqualTo(31.002, Offset.offset(0.0001));
    }
}
