package dev.keylane.ike.endpoint;

import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.ike.sa.IkeSaView;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The core as its owner sees it: events in, effects out. Owned by one thread. */
public interface IkeEndpoint {
    List<Effect> on(Event event, Instant now);

    /** When {@link Event.TimeReached} is due, empty when nothing waits. */
    Optional<Instant> nextTimeout();

    /** All IKE SAs with their children, oldest first. */
    List<IkeSaView> views();

    /** The next number of the sequence that Child SAs (and traps, which share it) are counted by. */
    long nextChildId();
}
