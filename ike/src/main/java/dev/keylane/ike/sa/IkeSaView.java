package dev.keylane.ike.sa;

import dev.keylane.ike.child.Path;
import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.proposal.IkeSuite;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot of an IKE SA for status displays.
 *
 * @param id          1, 2, 3… in the order of creation
 * @param suite       null until agreed
 * @param established null until then
 * @param rekeyAt     null when never
 */
public record IkeSaView(long id, String connection, State state, boolean initiator, Spis spis, Path path, Ids ids,
                        @Nullable IkeSuite suite, Nat nat, @Nullable Instant established, @Nullable Instant rekeyAt,
                        List<ChildSaView> children) {
    public IkeSaView {
        children = List.copyOf(children);
    }

    /** The same, shown in another state. */
    IkeSaView in(State other) {
        return new IkeSaView(id, connection, other, initiator, spis, path, ids, suite, nat, established, rekeyAt, children);
    }

    /** As it is told of when it is lost: one that the peer has deleted is on its way out, as with charon. */
    IkeSaView after(Loss loss) {
        return loss == Loss.CLOSED_BY_PEER ? in(State.DELETING) : this;
    }

    /** charon's names. */
    public enum State { CREATED, CONNECTING, ESTABLISHED, REKEYING, REKEYED, DELETING, DESTROYING }

    public record Spis(long initiator, long responder) {
    }

    /** Null while unknown. */
    public record Ids(@Nullable Identification local, @Nullable Identification remote) {
    }

    /** Who sits behind a NAT, and whether we only pretended, for want of one. */
    public record Nat(boolean local, boolean remote, boolean fake) {
        public static final Nat NONE = new Nat(false, false, false);

        public boolean any() {
            return local || remote || fake;
        }
    }
}
