package dev.keylane.ike.sa;

import dev.keylane.ike.child.ChildWish;
import dev.keylane.ike.exchange.PendingRequests;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.sa.Effect.Group;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.Octets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Initiator: waits for its own key pair before it can send IKE_SA_INIT. */
public record MakingInitKey(InitPlan plan, long ticket) implements IkeSaState {
    /**
     * Starts an SA that we initiate.
     *
     * @param wish the first child, null for none: RFC 6023
     */
    public static void begin(@Nullable ChildWish wish, Turn turn) {
        if (wish != null) {
            turn.sa().keep(wish);
        }
        turn.sa().enter(start(Objects.requireNonNull(turn.sa().connection()), 1, turn));
    }

    static IkeSaState start(Connection connection, int attempt, Turn turn) {
        turn.sa().startOver();
        Octets nonce = turn.context().random().octets(NONCE_SIZE);
        turn.note(Group.IKE, "initiating IKE_SA %s[%s] to %s", connection.name(), turn.sa().id(),
                turn.sa().path().remote().address());
        return with(InitPlan.of(connection, nonce, attempt), turn);
    }

    static IkeSaState with(InitPlan plan, Turn turn) {
        return new MakingInitKey(plan, turn.run(new CryptoTask.Generate(plan.group())));
    }

    @Override
    public IkeSaState on(SaEvent event, Turn turn) {
        return switch (event) {
            case SaEvent.CryptoDone(long done, CryptoResult.Generated generated) when done == ticket -> {
                Octets request = plan.request(turn.sa(), turn.context().crypto(), generated.pair());
                PendingRequests pending = new PendingRequests(turn.context().settings().retransmission(),
                        turn.context().random(), 0);
                pending.sent(ExchangeType.IKE_SA_INIT, List.of(request), turn.now());
                turn.send(request);
                yield new AwaitingInitResponse(plan, generated.pair(), request, pending, "");
            }
            case SaEvent.CryptoDone done -> Connecting.stale(this, done);
            case SaEvent.TimeReached _, SaEvent.Installed _, SaEvent.InstallFailed _,
                 SaEvent.ChildExpired _, SaEvent.PeerMoved _, SaEvent.PathRestored _ -> this;
            case SaEvent.Received received -> Connecting.unexpected(this, received, turn);
            case SaEvent.WantChild want -> Connecting.keep(this, want, turn);
            case SaEvent.CloseIke close -> Connecting.cancel(this, close, turn);
            case SaEvent.CloseChild close -> Connecting.noSuchChild(this, close.request(), turn);
            case SaEvent.RekeyChild rekey -> Connecting.noSuchChild(this, rekey.request(), turn);
            case SaEvent.RekeyIke rekey -> Connecting.noSuchChild(this, rekey.request(), turn);
        };
    }

    @Override
    public Optional<Instant> deadline() {
        return Optional.empty();
    }

    @Override
    public IkeSaView.State shown() {
        return IkeSaView.State.CONNECTING;
    }

    @Override
    public void abandon(Turn turn, String reason) {
        Connecting.fail(turn, HandshakeResult.CANCELLED, reason);
    }

    /** RFC 7296 §2.10: 16 to 256 octets and at least half the PRF's key size. */
    static final int NONCE_SIZE = 32;
}
