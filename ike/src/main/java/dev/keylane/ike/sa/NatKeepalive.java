package dev.keylane.ike.sa;

import dev.keylane.ike.child.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the mapping of a NAT that we sit behind, RFC 7296 §2.23 and RFC 3948 §4: whenever nothing has been sent for a
 * while. ESP does not count, of which we know nothing here; one octet more does no harm.
 */
final class NatKeepalive {
    private final IkeSa sa;
    private @Nullable Instant lastSent;
    private Duration interval = Duration.ZERO;

    NatKeepalive(IkeSa sa) {
        this.sa = sa;
    }

    /** Something leaves on this path. */
    void sent(Path path, Turn turn) {
        if (path.equals(sa.path())) {
            lastSent = turn.now();
            interval = turn.context().settings().keepAlive();
        }
    }

    /** RFC 3948 §4: the side behind the NAT sends them; the other could not renew a mapping. */
    Optional<Instant> due() {
        boolean wanted = sa.nat().local() && !interval.isZero() && sa.state() instanceof Established;
        return wanted ? Optional.ofNullable(lastSent).map(last -> last.plus(interval)) : Optional.empty();
    }

    void onTime(Turn turn) {
        if (due().filter(at -> !at.isAfter(turn.now())).isPresent()) {
            lastSent = turn.now();
            turn.emit(new Effect.SendKeepalive(sa.path().local(), sa.path().remote()));
        }
    }
}
