package dev.keylane.daemon.control;

import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.PolicyBook;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What to bring up: a child, or just an IKE SA.
 *
 * @param child   null for the IKE SA alone
 * @param ike     null for the first connection that has the child
 * @param limited whether to fail while as many IKE SAs are half-open as there may be
 */
public record InitiateRequest(@Nullable String child, @Nullable String ike, Timeout timeout, boolean limited) {
    public InitiateRequest(@Nullable String child, @Nullable String ike, Timeout timeout) {
        this(child, ike, timeout, false);
    }

    /** {@code CHILD_SA} or {@code IKE_SA}, as messages name it. */
    public String kind() {
        return child == null ? "IKE_SA" : "CHILD_SA";
    }

    public String name() {
        return child != null ? child : ike != null ? ike : "";
    }

    /** The connection this asks for, empty when there is none: answer {@link Outcome.Failed#notFound}. */
    public Optional<Connection> find(PolicyBook book) {
        return book.connections().stream()
                .filter(connection -> ike == null || connection.name().equals(ike))
                .filter(connection -> child == null ? ike != null : initiable(connection, child))
                .findFirst();
    }

    private static boolean initiable(Connection connection, String child) {
        return connection.child(child).map(ChildConfig::mode)
                .filter(mode -> mode != ChildConfig.Mode.PASS && mode != ChildConfig.Mode.DROP).isPresent();
    }
}
