package dev.keylane.ike.policy;

import java.time.Duration;

/**
 * Settings of a whole daemon, charon's names and defaults.
 *
 * @param port      IKE port, without non-ESP marker
 * @param natPort   NAT-T port, with it; both also stand for the peer's unless a connection says otherwise
 * @param keepAlive how long nothing is sent through a NAT before a keepalive is, zero for never
 */
public record EndpointSettings(int port, int natPort, Retransmission retransmission, HalfOpenLimits halfOpen,
                               Duration keepAlive) {
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(20);
    public static final EndpointSettings DEFAULT =
            new EndpointSettings(500, 4500, Retransmission.DEFAULT, HalfOpenLimits.DEFAULT);

    /** With the usual keepalives. */
    public EndpointSettings(int port, int natPort, Retransmission retransmission, HalfOpenLimits halfOpen) {
        this(port, natPort, retransmission, halfOpen, KEEP_ALIVE);
    }

    /** Without limits for a single source. */
    public EndpointSettings(int port, int natPort, Retransmission retransmission, int cookieThreshold,
                            int halfOpenLimit, Duration halfOpenTimeout) {
        this(port, natPort, retransmission, new HalfOpenLimits(cookieThreshold, HalfOpenLimits.NEVER,
                HalfOpenLimits.NEVER, halfOpenLimit, halfOpenTimeout));
    }

    public EndpointSettings withPorts(int ike, int nat) {
        return new EndpointSettings(ike, nat, retransmission, halfOpen, keepAlive);
    }

    /**
     * Waits before retransmission n: {@code timeout × base^n}.
     *
     * @param tries retransmissions before the peer is given up
     */
    public record Retransmission(Duration timeout, double base, int tries) {
        public static final Retransmission DEFAULT = new Retransmission(Duration.ofSeconds(4), 1.8, 5);

        /** The wait after having sent a message {@code sent} times, 1 or more. */
        public Duration wait(int sent) {
            return Duration.ofMillis(Math.round(timeout.toMillis() * Math.pow(base, sent - 1)));
        }
    }
}
