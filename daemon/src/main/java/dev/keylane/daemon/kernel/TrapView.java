package dev.keylane.daemon.kernel;

import dev.keylane.ike.child.Selectors;
import dev.keylane.ike.policy.ChildConfig;

/**
 * An installed trap, or a shunt when the child's mode is PASS or DROP.
 *
 * @param id    from the sequence Child SAs are counted by; below zero for a shunt
 * @param reqid 0 for a shunt
 */
public record TrapView(long id, String connection, ChildConfig child, int reqid, Selectors selectors) {
}
