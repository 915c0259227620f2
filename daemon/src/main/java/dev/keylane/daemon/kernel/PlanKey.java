package dev.keylane.daemon.kernel;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.net.IpAddress;

/** What one plan is about: a child configuration and a peer. */
record PlanKey(String connection, String child, IpAddress peer) {
    static PlanKey of(ChildSa child) {
        return new PlanKey(child.connection(), child.name(), child.path().remote().address());
    }

    PlanKey at(IpAddress otherPeer) {
        return new PlanKey(connection, child, otherPeer);
    }

    /** Whether it is the named child's, whoever the peer is. */
    boolean isFor(String connectionName, String childName) {
        return connection.equals(connectionName) && child.equals(childName);
    }
}
