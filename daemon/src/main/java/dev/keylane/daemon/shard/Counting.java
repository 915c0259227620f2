package dev.keylane.daemon.shard;

import dev.keylane.daemon.control.DaemonStats;
import dev.keylane.ike.sa.DropReason;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.HandshakeResult;
import java.util.EnumMap;
import java.util.Map;

/** Totals since the start; on the shard's thread. */
final class Counting {
    private final Map<HandshakeResult, Long> initiated = new EnumMap<>(HandshakeResult.class);
    private final Map<HandshakeResult, Long> responded = new EnumMap<>(HandshakeResult.class);
    private final Map<DropReason, Long> dropped = new EnumMap<>(DropReason.class);
    private long retransmitted;
    private long childrenFailed;

    void on(Effect effect) {
        switch (effect) {
            case Effect.HandshakeDone done ->
                    (done.initiator() ? initiated : responded).merge(done.result(), 1L, Long::sum);
            case Effect.Dropped drop -> dropped.merge(drop.reason(), 1L, Long::sum);
            case Effect.Retransmitted _ -> retransmitted++;
            case Effect.ChildFailed _ -> childrenFailed++;
            case Effect.Network _, Effect.RunCrypto _, Effect.Kernel _, Effect.Report _ -> {
            }
        }
    }

    DaemonStats.Counts totals() {
        return new DaemonStats.Counts(initiated, responded, dropped, retransmitted, childrenFailed);
    }
}
