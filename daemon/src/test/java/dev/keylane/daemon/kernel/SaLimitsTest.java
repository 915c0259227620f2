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
            Lifetime limits = SaLimits.of(config, false, random);
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
        assertThat(SaLimits.of(none, true, random)).isEqualTo(Lifetime.UNLIMITED);
        ChildLifetime tight = new ChildLifetime(Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ofHours(1),
                Volume.UNLIMITED, Volume.UNLIMITED);
        for (int i = 0; i < 100; i++) {
            assertThat(SaLimits.of(tight, true, random).softSeconds()).isBetween(1L, 2L);
        }
    }

    @Test
    void aSoftLimitIsBelowTheHardOne() {
        ChildLifetime late = volumes(new Volume(1_200, 1_100, 0), new Volume(60, 60, 0));
        assertThat(SaLimits.of(late, false, random)).satisfies(limits -> {
            assertThat(limits.softBytes()).isEqualTo(1_099);
            assertThat(limits.softPackets()).isEqualTo(59);
        });
    }

    /** None is no limit to Linux, and not below any to a NIC. */
    @Test
    void aNicHasASoftLimitWhereverItHasAHardOne() {
        ChildLifetime endsOnly = volumes(new Volume(0, 1_100, 0), new Volume(0, 60, 0));
        assertThat(SaLimits.of(endsOnly, false, random)).satisfies(limits -> {
            assertThat(limits.softBytes()).isZero();
            assertThat(limits.softPackets()).isZero();
        });
        assertThat(SaLimits.of(endsOnly, true, random)).satisfies(limits -> {
            assertThat(limits.softBytes()).isEqualTo(1_099);
            assertThat(limits.hardBytes()).isEqualTo(1_100);
            assertThat(limits.softPackets()).isEqualTo(59);
        });
        ChildLifetime atOnce = volumes(new Volume(0, 1, 0), Volume.UNLIMITED);
        assertThat(SaLimits.of(atOnce, true, random).softBytes()).as("there is none below").isZero();
    }

    private static ChildLifetime volumes(Volume bytes, Volume packets) {
        return new ChildLifetime(Duration.ZERO, Duration.ZERO, Duration.ZERO, bytes, packets);
    }
}
