package dev.keylane.daemon.shard;

import dev.keylane.ike.policy.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Whether the daemon can do what it is configured to; on the shard's thread. */
final class Readiness {
    private boolean started;
    private Supplier<List<String>> unbound = List::of;

    void started() {
        started = true;
    }

    void expectSockets(Supplier<List<String>> failures) {
        unbound = failures;
    }

    /** A sentence each. */
    List<String> missing(List<Connection> connections) {
        List<String> missing = new ArrayList<>();
        if (!started) {
            missing.add("the configuration is being loaded");
        } else if (connections.isEmpty()) {
            missing.add("no connection is configured");
        }
        missing.addAll(unbound.get());
        return missing;
    }
}
