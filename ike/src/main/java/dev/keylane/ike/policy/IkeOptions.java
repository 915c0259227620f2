package dev.keylane.ike.policy;

import java.time.Duration;

/**
 * Everything about an IKE SA that is neither address, proposal nor identity. Durations of zero switch off.
 *
 * @param encap       force UDP encapsulation by faked NAT detection
 * @param mobike      whether MOBIKE was asked for, RFC 4555; the core does not speak it
 * @param dpdDelay    idle time before a liveness check
 * @param keyingTries attempts of the initial exchanges, 0 for ever
 */
public record IkeOptions(boolean encap, boolean mobike, Fragmentation fragmentation, Childless childless,
                         Unique unique, int keyingTries, Duration dpdDelay, IkeLifetime lifetime) {
    public static final IkeOptions DEFAULT = new IkeOptions(false, false, Fragmentation.YES, Childless.ALLOW, Unique.NO,
            1, Duration.ZERO, IkeLifetime.DEFAULT);

    /** RFC 7383. */
    public enum Fragmentation { YES, ACCEPT, FORCE, NO }

    /** RFC 6023. */
    public enum Childless { ALLOW, PREFER, FORCE, NEVER }

    /** What happens to an older IKE SA with the same identities. */
    public enum Unique { NO, NEVER, KEEP, REPLACE }
}
