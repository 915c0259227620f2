package dev.keylane.daemon.shard;

import dev.keylane.daemon.kernel.KernelSide;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.PolicyBook;
import java.util.Map;
import java.util.TreeMap;

/** What is configured and cannot come up. */
final class Obstacles {
    private Obstacles() {
    }

    /** Reasons by {@code CONNECTION.CHILD}. */
    static Map<String, String> of(PolicyBook book, KernelSide kernel) {
        Map<String, String> reasons = new TreeMap<>();
        for (Connection connection : book.connections()) {
            for (ChildConfig child : connection.children()) {
                kernel.reasonAgainst(connection, child)
                        .ifPresent(reason -> reasons.put(connection.name() + "." + child.name(), reason));
            }
        }
        return reasons;
    }
}
