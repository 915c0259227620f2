package dev.keylane.daemon.metrics;

import dev.keylane.daemon.control.Activity;
import dev.keylane.daemon.control.LatencyCount;
import dev.keylane.ike.sa.Effect.Asked;
import java.util.Locale;

/** How long keying takes. */
final class LatencyFamilies {
    private LatencyFamilies() {
    }

    static void write(Activity activity, Exposition out) {
        out.seconds("keylane_handshake_duration_seconds",
                "from the first message of a handshake until the IKE SA was established");
        out.add(Labels.of("role", "initiator"), activity.initiations());
        out.add(Labels.of("role", "responder"), activity.responses());
        out.seconds("keylane_exchange_duration_seconds", "from our request until the peer's answer, by what it was for");
        for (Asked asked : Asked.values()) {
            out.add(Labels.of("exchange", asked.name().toLowerCase(Locale.ROOT)),
                    activity.answers().getOrDefault(asked, LatencyCount.NONE));
        }
    }
}
