package dev.keylane.ike.policy;

import java.time.Duration;

/**
 * Limits of a Child SA: {@code rekey} soft, {@code life} hard, {@code rand} the jitter taken off the soft one; zero
 * means unlimited.
 */
public record ChildLifetime(Duration rekeyTime, Duration lifeTime, Duration randTime, Volume bytes, Volume packets) {
    public static final ChildLifetime DEFAULT = new ChildLifetime(Duration.ofHours(1), Duration.ofMinutes(66),
            Duration.ofMinutes(6), Volume.UNLIMITED, Volume.UNLIMITED);

    /** Limits in octets or packets. */
    public record Volume(long rekey, long life, long rand) {
        public static final Volume UNLIMITED = new Volume(0, 0, 0);
    }
}
