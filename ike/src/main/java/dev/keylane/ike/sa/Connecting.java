package dev.keylane.ike.sa;

import dev.keylane.ike.child.ChildWish;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.sa.Effect.Group;

/** What all states before Established do alike. */
final class Connecting {
    private Connecting() {
    }

    static IkeSaState unexpected(IkeSaState state, SaEvent.Received received, Turn turn) {
        turn.drop(DropReason.UNEXPECTED_EXCHANGE, received.path().remote());
        return state;
    }

    /** A result that comes too late for whoever asked for it. */
    static IkeSaState stale(IkeSaState state, SaEvent.CryptoDone done) {
        done.result().discard();
        return state;
    }

    /** A further wish waits until the SA is up. */
    static IkeSaState keep(IkeSaState state, SaEvent.WantChild want, Turn turn) {
        turn.sa().keep(want.wish());
        return state;
    }

    static IkeSaState noSuchChild(IkeSaState state, long request, Turn turn) {
        turn.failed(request, "no matching SAs found");
        return state;
    }

    static IkeSaState cancel(IkeSaState state, SaEvent.CloseIke close, Turn turn) {
        turn.done(close.request());
        if (close.request() != 0) {
            turn.context().wanted().renounce(turn.sa().connectionName());
        }
        state.abandon(turn, "terminated before it was established");
        return Closed.AT_ONCE;
    }

    /** The handshake has failed: everybody who waits for something is told. */
    static IkeSaState fail(Turn turn, HandshakeResult result, String reason) {
        return fail(turn, result, 0, reason);
    }

    static IkeSaState fail(Turn turn, HandshakeResult result, int notifyType, String reason) {
        IkeSa sa = turn.sa();
        turn.context().contacts().failed(sa);
        turn.note(Group.IKE, "establishing IKE_SA failed, %s", reason);
        alert(turn, result);
        sa.handshakeDone(result, turn);
        sa.takeRequests().forEach(request -> turn.failed(request, reason));
        for (ChildWish wish : sa.takeWishes()) {
            turn.childFailed(wish, notifyType, reason);
        }
        turn.emit(new Effect.IkeDown(sa.view(), reason));
        return Closed.AT_ONCE;
    }

    private static void alert(Turn turn, HandshakeResult result) {
        switch (result) {
            case NO_PROPOSAL -> turn.alert(Alert.PROPOSAL_MISMATCH_IKE);
            case TIMEOUT -> turn.alert(Alert.PEER_INIT_UNREACHABLE);
            case HALF_OPEN_TIMEOUT -> turn.alert(Alert.HALF_OPEN_TIMEOUT);
            // Whoever found it has told by which side.
            case ESTABLISHED, AUTHENTICATION_FAILED, PEER_REFUSED, INVALID, CANCELLED -> {
            }
        }
    }

    /** Another attempt, if {@code keyingtries} allows one; the wishes wait on. */
    static IkeSaState retryOrFail(Connection connection, int attempt, Turn turn) {
        int tries = connection.options().keyingTries();
        if (tries == 0 || attempt < tries) {
            turn.note(Group.IKE, "peer not responding, trying again (%s/%s)", attempt + 1, tries);
            turn.context().contacts().failed(turn.sa());
            return MakingInitKey.start(connection, attempt + 1, turn);
        }
        return fail(turn, HandshakeResult.TIMEOUT, "peer not responding");
    }
}
