package dev.keylane.daemon.control;

import dev.keylane.ike.child.Path;
import dev.keylane.ike.sa.Alert;
import dev.keylane.ike.sa.Effect;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What the daemon tells whoever listens. */
public sealed interface ControlEvent {
    /**
     * @param level   1 what an operator wants to see, 2 details
     * @param ikeId   0 when it is about no IKE SA
     * @param ikeName the connection, empty when it is about none
     */
    record LogLine(Effect.Group group, int level, long ikeId, String ikeName, String message, Instant at)
            implements ControlEvent {
    }

    /**
     * An IKE SA is brought up or goes down. One that goes down goes before its children.
     */
    record IkeUpDown(IkeSnapshot sa, boolean up) implements ControlEvent {
    }

    /** An IKE SA has taken the place of another, and its children; neither holds them here. */
    record IkeRekeyed(IkeSnapshot old, IkeSnapshot fresh) implements ControlEvent {
    }

    /** A child has taken the place of another: neither came or went. */
    record ChildRekeyed(IkeSnapshot sa, ChildSnapshot old, ChildSnapshot fresh) implements ControlEvent {
    }

    /**
     * The peer is at another address or port.
     *
     * @param sa as it was
     */
    record IkeMoved(IkeSnapshot sa, Path path) implements ControlEvent {
    }

    /**
     * @param sa null when it is about none
     */
    record Alerted(Alert alert, @Nullable IkeSnapshot sa) implements ControlEvent {
    }

    /**
     * @param child the one it is about; {@code sa} may hold others
     */
    record ChildUpDown(IkeSnapshot sa, ChildSnapshot child, boolean up) implements ControlEvent {
    }
}
