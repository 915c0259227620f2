package dev.keylane.ike.sa;

import dev.keylane.ike.child.ChildSa;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot of a Child SA for status displays; counters are the kernel's to tell.
 *
 * @param installed null until then
 * @param rekeyAt   at the latest, for the kernel takes a random part off; null when never or when it has begun
 * @param lifeEnd   null when unlimited
 */
public record ChildSaView(ChildSa sa, State state, @Nullable Instant installed, @Nullable Instant rekeyAt,
                          @Nullable Instant lifeEnd) {
    /** charon's names. */
    public enum State { CREATED, INSTALLING, INSTALLED, REKEYING, REKEYED, DELETING, DELETED }

    /** The same, shown in another state. */
    ChildSaView in(State other) {
        return new ChildSaView(sa, other, installed, rekeyAt, lifeEnd);
    }

    /** In the kernel, and neither replaced nor on its way out. */
    public boolean isUp() {
        return state == State.INSTALLED || state == State.REKEYING;
    }

    /** In the kernel, and not on its way out, though it may be replaced. */
    boolean isInUse() {
        return switch (state) {
            case INSTALLED, REKEYING, REKEYED -> true;
            case CREATED, INSTALLING, DELETING, DELETED -> false;
        };
    }
}
