package dev.keylane.daemon.kernel;

import dev.keylane.ike.child.ChildSa;
import org.jspecify.annotations.Nullable;

/** A child of the configuration. */
record ChildName(String connection, String child) {
    static ChildName of(ChildSa child) {
        return new ChildName(child.connection(), child.name());
    }

    /** @param name of a child, null for all of the connection */
    boolean isNamed(String ofConnection, @Nullable String name) {
        return connection.equals(ofConnection) && (name == null || child.equals(name));
    }
}
