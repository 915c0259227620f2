package dev.keylane.pcpu;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When connected sockets are to look for their CPU's SA. While many SAs come up together, once for several of them:
 * replacing a policy makes every flow of the machine look for its route anew.
 */
final class SocketRefresh {
    private Instant last = Instant.MIN;
    private boolean pending;

    void want() {
        pending = true;
    }

    /** The policies have been replaced for another reason. */
    void happened() {
        pending = false;
    }

    /**
     * Answers whether it is to be done now, and takes it for done.
     *
     * @param more whether more SAs are on their way
     */
    boolean take(boolean more, Instant now) {
        if (!pending || more && dueAt().isAfter(now)) {
            return false;
        }
        pending = false;
        last = now;
        return true;
    }

    /** Empty when nothing waits for its time. */
    Optional<Instant> next() {
        return pending ? Optional.of(dueAt()) : Optional.empty();
    }

    private Instant dueAt() {
        return last.equals(Instant.MIN) ? last : last.plus(PACE);
    }

    private static final Duration PACE = Duration.ofMillis(100);
}
