package dev.keylane.daemon.kernel;

import dev.keylane.ike.policy.ChildLifetime;
import dev.keylane.ike.policy.ChildLifetime.Volume;
import dev.keylane.xfrm.Lifetime;
import java.util.random.RandomGenerator;

/** Configured lifetimes as kernel limits; a random part is taken off the soft ones, so that not all rekey at once. */
final class SaLimits {
    private SaLimits() {
    }

    /** @param counted by a NIC */
    static Lifetime of(ChildLifetime lifetime, boolean counted, RandomGenerator random) {
        Volume bytes = lifetime.bytes();
        Volume packets = lifetime.packets();
        return new Lifetime(
                soft(lifetime.rekeyTime().toSeconds(), lifetime.randTime().toSeconds(), random),
                lifetime.lifeTime().toSeconds(),
                before(bytes.life(), soft(bytes.rekey(), bytes.rand(), random), counted), bytes.life(),
                before(packets.life(), soft(packets.rekey(), packets.rand(), random), counted), packets.life());
    }

    /** NICs take no soft limit that is not below the hard one, as none is not; and it would come too late. */
    private static long before(long hard, long soft, boolean counted) {
        return hard > 1 && (soft >= hard || soft == 0 && counted) ? hard - 1 : soft;
    }

    /** A limit never becomes 0, which would mean none. */
    private static long soft(long limit, long jitter, RandomGenerator random) {
        long most = Math.min(jitter, limit - 1);
        return most <= 0 ? limit : limit - random.nextLong(most + 1);
    }
}
