package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.policy.ChildLifetime;
import dev.keylane.ike.policy.ChildLifetime.Volume;
import dev.keylane.xfrm.Lifetime;
import java.time.Duration;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SaLimitsTest {
    private final Random random = new Random(5);

    @Test
    void jitterIsTakenOffTheSoftLimitsOnly() {
        ChildLifetime config = new ChildLifetime(Duration.ofSeconds(100), Duration.ofSeconds(110),
                Duration.ofSeconds(10), new Volume(1_000, 1_100, 5), new Volume(50, 60, 0));
        TreeSet<Long> seen = new TreeSet<>();
        for (int i = 0; i < 500; i++) {
            Lifetime limits = SaLimits.of(config, random);
            seen.add(limits.softSeconds());
            assertThat(limits.hardSeconds()).isEqualTo(110);
            assertThat(limits.softBytes()).isBetween(995L, 1_000L);
            assertThat(limits.hardBytes()).isEqualTo(1_100);
            assertThat(limits.softPackets()).isEqualTo(50);
            assertThat(limits.hardPackets()).isEqualTo(60);
        }
        assertThat(seen).first().isEqualTo(90L);
        assertThat(seen).last().isEqualTo(100L);
        assertThat(seen).hasSize(11);
    }

    @Test
    void noLimitStaysNoneAndALimitNeverBecomesNone() {
        ChildLifetime none = new ChildLifetime(Duration.ZERO, Duration.ZERO, Duration.ofHours(1), Volume.UNLIMITED,
                Volume.UNLIMITED);
        assertThat(SaLimits.of(none, random)).isEqualTo(Lifetime.UNLIMITED);
        ChildLifetime tight = new ChildLifetime(Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ofHours(1),
                Volume.UNLIMITED, Volume.UNLIMITED);
        for (int i = 0; i < 100; i++) {
            assertThat(SaLimits.of(tight, random).softSeconds()).isBetween(1L, 2L);
        }
    }
}
