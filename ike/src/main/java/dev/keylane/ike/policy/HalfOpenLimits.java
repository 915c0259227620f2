package dev.keylane.ike.policy;

import java.time.Duration;

/**
 * What peers that have not proved who they are may cost, RFC 7296 §2.6; charon's names and defaults. A source is an IPv4
 * address or an IPv6 /64. For an address that connections name exactly, the two limits of a source count once for each of
 * those connections.
 *
 * @param cookieThreshold   half-open SAs from which on cookies are demanded of everybody; {@link #NEVER} for no cookies
 * @param cookieThresholdIp half-open SAs of one source from which on they are demanded of it
 * @param blockThreshold    half-open SAs of one source at the most
 * @param most              half-open SAs at the most
 * @param timeout           how long a peer may take from its first message to its proof
 */
public record HalfOpenLimits(int cookieThreshold, int cookieThresholdIp, int blockThreshold, int most,
                             Duration timeout) {
    /** A threshold that is never reached. */
    public static final int NEVER = Integer.MAX_VALUE;
    public static final HalfOpenLimits DEFAULT = new HalfOpenLimits(30, 3, 5, 10_000, Duration.ofSeconds(30));

    public boolean cookies() {
        return cookieThreshold != NEVER;
    }
}
