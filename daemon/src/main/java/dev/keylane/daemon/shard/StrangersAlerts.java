package dev.keylane.daemon.shard;

import dev.keylane.ike.sa.Alert;
import dev.keylane.ike.sa.DropReason;
import dev.keylane.ike.sa.IkeSaView;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Alerts about datagrams of nobody's IKE SA, and about peers that have asked for one and not proved who they are. Anybody can
 * cause them, so there is a limit to how many are raised a second, for all of them together.
 */
final class StrangersAlerts {
    private Instant second = Instant.MIN;
    private int raised;

    /** What a dropped datagram amounts to, empty for nothing or when there were too many. */
    Optional<Alert> on(DropReason reason, Instant now) {
        Optional<Alert> alert = switch (reason) {
            case UNKNOWN_SPI -> Optional.of(Alert.INVALID_IKE_SPI);
            case MALFORMED, WRONG_VERSION -> Optional.of(Alert.PARSE_ERROR_HEADER);
            case UNAUTHENTIC, OUT_OF_WINDOW, DUPLICATE, UNEXPECTED_EXCHANGE, BAD_COOKIE, HALF_OPEN_LIMIT, SOURCE_LIMIT,
                 TOO_LARGE, RATIONED, NO_CONNECTION, BUSY, UNPROTECTED, FRAGMENT -> Optional.empty();
        };
        return alert.filter(_ -> mayRaise(now));
    }

    /** Whether an alert of the core's is to be raised. */
    boolean mayRaise(Alert alert, @Nullable IkeSaView sa, Instant now) {
        boolean byStranger = sa == null ? alert != Alert.SHUTDOWN_SIGNAL
                : sa.state() == IkeSaView.State.CONNECTING && !sa.initiator();
        return !byStranger || mayRaise(now);
    }

    private boolean mayRaise(Instant now) {
        if (!second.plus(ONE).isAfter(now)) {
            second = now;
            raised = 0;
        }
        return raised++ < MOST_PER_SECOND;
    }

    private static final Duration ONE = Duration.ofSeconds(1);
    private static final int MOST_PER_SECOND = 20;
}
