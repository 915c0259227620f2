package dev.keylane.daemon.shard;

import dev.keylane.ike.sa.Effect;
import java.time.Instant;

/** Who looks on as effects are carried out: the log, the counters, subscribers. On the shard's thread. */
@FunctionalInterface
public interface EffectListener {
    void on(Effect effect, Instant now);
}
