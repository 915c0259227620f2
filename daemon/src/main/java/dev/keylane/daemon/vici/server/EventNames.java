package dev.keylane.daemon.vici.server;

import java.util.Set;

/** Events one may register for. Those of rekeying and alerts are known, since clients ask for all at once. */
final class EventNames {
    static final Set<String> ALL = Set.of("log", "control-log", "list-sa", "list-steering", "list-policy", "list-conn", "list-cert",
            "list-authority", "ike-updown", "ike-rekey", "ike-update", "child-updown", "child-rekey", "alert");

    private EventNames() {
    }
}
