package dev.keylane.daemon.config;

import dev.keylane.ike.policy.ChildLifetime;
import dev.keylane.ike.policy.ChildLifetime.Volume;
import dev.keylane.ike.policy.IkeLifetime;
import java.time.Duration;
import java.util.Optional;

/** Lifetimes and what strongSwan derives from those that are given. */
final class Lifetimes {
    private Lifetimes() {
    }

    /** A rekey_time of 4 h holds only when neither it nor reauth_time is given, be it as 0. */
    static IkeLifetime ike(KeyReader keys) {
        Optional<Duration> givenRekey = keys.find(ConnectionKeys.REKEY_TIME);
        Optional<Duration> givenReauth = keys.find(ConnectionKeys.REAUTH_TIME);
        Duration rekey = givenRekey.orElse(givenReauth.isPresent() ? Duration.ZERO : Duration.ofHours(4));
        Duration reauth = givenReauth.orElse(Duration.ZERO);
        Duration longer = max(rekey, reauth);
        Duration over = keys.find(ConnectionKeys.OVER_TIME).orElse(seconds(longer.toSeconds() / 10));
        Duration shorter = rekey.isZero() || reauth.isZero() ? longer : min(rekey, reauth);
        Duration rand = keys.find(ConnectionKeys.RAND_TIME).orElse(min(over, seconds(shorter.toSeconds() / 2)));
        return new IkeLifetime(rekey, reauth, over, rand);
    }

    static ChildLifetime child(KeyReader keys) {
        Volume time = derived(keys.find(ChildKeys.REKEY_TIME).map(Duration::toSeconds),
                keys.find(ChildKeys.LIFE_TIME).map(Duration::toSeconds),
                keys.find(ChildKeys.RAND_TIME).map(Duration::toSeconds), 3600);
        return new ChildLifetime(seconds(time.rekey()), seconds(time.life()), seconds(time.rand()),
                derived(keys.find(ChildKeys.REKEY_BYTES), keys.find(ChildKeys.LIFE_BYTES),
                        keys.find(ChildKeys.RAND_BYTES), 0),
                derived(keys.find(ChildKeys.REKEY_PACKETS), keys.find(ChildKeys.LIFE_PACKETS),
                        keys.find(ChildKeys.RAND_PACKETS), 0));
    }

    /**
     * The hard limit is 10 % above the soft one, and the jitter what lies between them. Computed in floating point as
     * strongSwan does, so that both ends of a fleet with mixed daemons show the same numbers.
     */
    private static Volume derived(Optional<Long> givenRekey, Optional<Long> givenLife, Optional<Long> givenRand,
                                  long standard) {
        long rekey = givenRekey.orElseGet(() -> givenLife.map(life -> (long) (life / 1.1)).orElse(standard));
        long life = givenLife.orElseGet(() -> (long) (rekey * 1.1));
        return new Volume(rekey, life, givenRand.orElseGet(() -> life - Math.min(life, rekey)));
    }

    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
