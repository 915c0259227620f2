package dev.keylane.daemon.control;

import dev.keylane.ike.child.Selectors;
import dev.keylane.ike.policy.ChildConfig;

/**
 * A trap policy, or (mode PASS or DROP) a shunt.
 *
 * @param reqid 0 for a shunt
 */
public record TrapView(String connection, String child, int reqid, ChildConfig.Mode mode, Selectors selectors) {
    public boolean isTrap() {
        return mode == ChildConfig.Mode.TUNNEL || mode == ChildConfig.Mode.TRANSPORT;
    }
}
