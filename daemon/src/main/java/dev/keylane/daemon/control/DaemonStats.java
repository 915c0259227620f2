package dev.keylane.daemon.control;

import dev.keylane.ike.sa.DropReason;
import dev.keylane.ike.sa.HandshakeResult;
import java.time.Instant;
import java.util.Map;

/**
 * Numbers about the whole daemon.
 *
 * @param since     when it started
 * @param ikeSas    of any state, half-open ones included
 * @param halfOpen  IKE SAs that wait for authentication
 * @param threads   event loops that own SAs
 * @param scheduled timers that are running
 * @param kernel    {@code xfrm} or {@code software}
 */
public record DaemonStats(Instant since, int ikeSas, int halfOpen, int threads, int scheduled, String kernel,
                          Counts counts) {
    /** Totals since the start. Absent keys mean zero. */
    public record Counts(Map<HandshakeResult, Long> initiated, Map<HandshakeResult, Long> responded,
                         Map<DropReason, Long> dropped, long retransmitted) {
        public static final Counts NONE = new Counts(Map.of(), Map.of(), Map.of(), 0);

        public Counts {
            initiated = Map.copyOf(initiated);
            responded = Map.copyOf(responded);
            dropped = Map.copyOf(dropped);
        }
    }
}
