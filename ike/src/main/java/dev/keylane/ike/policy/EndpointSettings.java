package dev.keylane.ike.policy;

import dev.keylane.ike.crypto.RandomSource;
import java.time.Duration;
import java.util.stream.LongStream;

/**
 * Settings of a whole daemon, charon's names and defaults.
 *
 * @param port      IKE port, without non-ESP marker
 * @param natPort   NAT-T port, with it; both also stand for the peer's unless a connection says otherwise
 * @param keepAlive how long nothing is sent through a NAT before a keepalive is, zero for never
 * @param tellKeys  whether the keys of IKE SAs are told, for whoever decrypts captures of their messages
 */
public record EndpointSettings(int port, int natPort, Retransmission retransmission, HalfOpenLimits halfOpen,
                               Duration keepAlive, Initiation initiation, MessageOptions messages, boolean tellKeys) {
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(20);
    public static final EndpointSettings DEFAULT =
            new EndpointSettings(500, 4500, Retransmission.DEFAULT, HalfOpenLimits.DEFAULT);

    /** One that keeps the keys for itself. */
    public EndpointSettings(int port, int natPort, Retransmission retransmission, HalfOpenLimits halfOpen,
                            Duration keepAlive, Initiation initiation, MessageOptions messages) {
        this(port, natPort, retransmission, halfOpen, keepAlive, initiation, messages, false);
    }

    /** With the usual keepalives and messages. */
    public EndpointSettings(int port, int natPort, Retransmission retransmission, HalfOpenLimits halfOpen) {
        this(port, natPort, retransmission, halfOpen, KEEP_ALIVE);
    }

    public EndpointSettings(int port, int natPort, Retransmission retransmission, HalfOpenLimits halfOpen,
                            Duration keepAlive) {
        this(port, natPort, retransmission, halfOpen, keepAlive, Initiation.DEFAULT);
    }

    /** With the usual messages. */
    public EndpointSettings(int port, int natPort, Retransmission retransmission, HalfOpenLimits halfOpen,
                            Duration keepAlive, Initiation initiation) {
        this(port, natPort, retransmission, halfOpen, keepAlive, initiation, MessageOptions.DEFAULT);
    }

    /** Without limits for a single source. */
    public EndpointSettings(int port, int natPort, Retransmission retransmission, int cookieThreshold,
                            int halfOpenLimit, Duration halfOpenTimeout) {
        this(port, natPort, retransmission, new HalfOpenLimits(cookieThreshold, HalfOpenLimits.NEVER,
                HalfOpenLimits.NEVER, halfOpenLimit, halfOpenTimeout));
    }

    public EndpointSettings withPorts(int ike, int nat) {
        return new EndpointSettings(ike, nat, retransmission, halfOpen, keepAlive, initiation, messages, tellKeys);
    }

    public EndpointSettings withMessages(MessageOptions others) {
        return new EndpointSettings(port, natPort, retransmission, halfOpen, keepAlive, initiation, others, tellKeys);
    }

    public EndpointSettings tellingKeys(boolean told) {
        return new EndpointSettings(port, natPort, retransmission, halfOpen, keepAlive, initiation, messages, told);
    }

    /**
     * Waits before retransmission n: {@code timeout × base^n}.
     *
     * @param tries  retransmissions before the peer is given up
     * @param jitter per cent of a wait that may be taken off it at random
     * @param limit  of a single wait, zero for none
     */
    public record Retransmission(Duration timeout, double base, int tries, int jitter, Duration limit) {
        public static final Retransmission DEFAULT = new Retransmission(Duration.ofSeconds(4), 1.8, 5);

        /** Without jitter and limit. */
        public Retransmission(Duration timeout, double base, int tries) {
            this(timeout, base, tries, 0, Duration.ZERO);
        }

        /** The wait after having sent a message {@code sent} times, 1 or more. */
        public Duration wait(int sent, RandomSource random) {
            long millis = longest(sent);
            long most = millis * jitter / 100;
            return Duration.ofMillis(most == 0 ? millis : millis - Math.floorMod(random.nextLong(), most + 1));
        }

        private long longest(int sent) {
            double full = timeout.toMillis() * Math.pow(base, sent - 1);
            return Math.round(limit.isZero() ? full : Math.min(full, limit.toMillis()));
        }

        /** From a message's first sending until it is given up, at the most. */
        public Duration total() {
            return Duration.ofMillis(LongStream.rangeClosed(1, tries + 1L).map(sent -> longest((int) sent)).sum());
        }
    }

    /**
     * How IKE SAs begin.
     *
     * @param retryInterval      between attempts at what is wanted, zero for waits that grow
     * @param initiatorOnly      answer nobody who wants to begin
     * @param closeOnFailedChild close an IKE SA that we initiated if its first child fails
     */
    public record Initiation(Duration retryInterval, boolean initiatorOnly, boolean closeOnFailedChild) {
        public static final Initiation DEFAULT = new Initiation(Duration.ZERO, false, false);
    }
}
