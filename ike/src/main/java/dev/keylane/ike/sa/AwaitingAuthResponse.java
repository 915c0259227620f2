package dev.keylane.ike.sa;

import dev.keylane.ike.auth.AuthVerified;
import dev.keylane.ike.auth.IdentificationMatch;
import dev.keylane.ike.child.ChildOffer;
import dev.keylane.ike.exchange.Channel;
import dev.keylane.ike.exchange.Inbound;
import dev.keylane.ike.exchange.Retry;
import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.sa.Effect.Group;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.PayloadType;
import dev.keylane.ike.wire.payload.AuthPayload;
import dev.keylane.ike.wire.payload.IdPayload;
import dev.keylane.ike.wire.payload.NotifyPayload;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Initiator: IKE_AUTH is under way.
 *
 * @param offer the Child SA asked for in it, null for none
 */
record AwaitingAuthResponse(InitPlan plan, Channel channel, AuthData auth, Identification own,
                            @Nullable ChildOffer offer) implements IkeSaState {
    @Override
    public IkeSaState on(SaEvent event, Turn turn) {
        return switch (event) {
            case SaEvent.Received received -> onReceived(received, turn);
            case SaEvent.TimeReached _ -> onTime(turn);
            case SaEvent.CryptoDone done -> Connecting.stale(this, done);
            case SaEvent.Installed _, SaEvent.InstallFailed _, SaEvent.ChildExpired _,
                 SaEvent.PeerMoved _, SaEvent.PathRestored _ -> this;
            case SaEvent.WantChild want -> Connecting.keep(this, want, turn);
            case SaEvent.CloseIke close -> Connecting.cancel(this, close, turn);
            case SaEvent.CloseChild close -> Connecting.noSuchChild(this, close.request(), turn);
            case SaEvent.RekeyChild rekey -> Connecting.noSuchChild(this, rekey.request(), turn);
            case SaEvent.RekeyIke rekey -> Connecting.noSuchChild(this, rekey.request(), turn);
        };
    }

    private IkeSaState onReceived(SaEvent.Received received, Turn turn) {
        // A request that overtook the answer to IKE_AUTH: nobody is authenticated yet, its repetition will be in time.
        if (!received.message().header().response()) {
            return Connecting.unexpected(this, received, turn);
        }
        Inbound inbound = turn.receive(channel, received);
        return switch (inbound) {
            case Inbound.Response response -> onResponse(response.message(), turn);
            case Inbound.Malformed bad -> fail(turn, HandshakeResult.INVALID, 0, "IKE_AUTH response: " + bad.reason());
            case Inbound.UnsupportedCritical bad ->
                    fail(turn, HandshakeResult.INVALID, 0,
                            "IKE_AUTH response has a critical payload " + bad.payloadType());
            case Inbound.Fragment _ -> this;
            case Inbound.Request _, Inbound.Repeated _, Inbound.InProgress _, Inbound.OutOfWindow _,
                 Inbound.Unauthentic _, Inbound.Unprotected _, Inbound.RefusedFragment _ -> {
                turn.drop(Drops.reason(inbound), received.path().remote());
                yield this;
            }
        };
    }

    private IkeSaState onResponse(IkeMessage message, Turn turn) {
        Optional<IdPayload> id = message.firstOf(PayloadType.ID_R, IdPayload.class);
        Optional<AuthPayload> proof = message.first(AuthPayload.class);
        if (id.isEmpty() || proof.isEmpty()) {
            return onRefusal(message, turn);
        }
        Identification peer = id.get().id();
        Identification wanted = plan.connection().remote().id();
        if (!IdentificationMatch.matches(wanted, peer)) {
            turn.note(Group.IKE, "peer's identity '%s' is not the configured '%s'", peer, String.valueOf(wanted));
            return tellAndFail(turn, peer);
        }
        Optional<AuthVerified> verified = auth.verify(turn, false, channel.suite().prf(), channel.keys(), own, id.get(),
                proof.get());
        return verified.isEmpty() ? tellAndFail(turn, peer) : establish(verified.get(), message, turn);
    }

    /** RFC 7296 §2.21.2: an error without AUTH means that no IKE SA was made. */
    private IkeSaState onRefusal(IkeMessage message, Turn turn) {
        int type = message.notifies().stream().map(NotifyPayload::notifyType).filter(NotifyType::isError).findFirst()
                .orElse(NotifyType.INVALID_SYNTAX);
        turn.note(Group.IKE, "received %s notify error", NotifyType.name(type));
        if (type == NotifyType.AUTHENTICATION_FAILED && plan.mayStartOver()) {
            return startOver(turn);
        }
        if (type == NotifyType.AUTHENTICATION_FAILED) {
            turn.alert(Alert.LOCAL_AUTH_FAILED);
        }
        HandshakeResult result = type == NotifyType.AUTHENTICATION_FAILED ? HandshakeResult.AUTHENTICATION_FAILED
                : HandshakeResult.PEER_REFUSED;
        return fail(turn, result, type, "received " + NotifyType.name(type) + " notify error");
    }

    /**
     * A cookie that the peer never sent makes us sign another IKE_SA_INIT request than the one it answered; cookies
     * come unprotected, so this cannot be told from a wrong key.
     */
    private IkeSaState startOver(Turn turn) {
        turn.note(Group.IKE, "the cookie may have been forged, trying again");
        release(turn);
        return MakingInitKey.start(plan.connection(), plan.attempt() + 1, turn);
    }

    /**
     * RFC 7296 §2.21.2: the initiator that cannot authenticate the responder "SHOULD" tell it so in a separate
     * INFORMATIONAL exchange; it is not repeated, the SA is gone.
     */
    private IkeSaState tellAndFail(Turn turn, Identification peer) {
        turn.alert(Alert.PEER_AUTH_FAILED);
        turn.send(channel.request(ExchangeType.INFORMATIONAL,
                List.of(NotifyPayload.of(NotifyType.AUTHENTICATION_FAILED)), turn.now()));
        return fail(turn, HandshakeResult.AUTHENTICATION_FAILED, NotifyType.AUTHENTICATION_FAILED,
                "authentication of '" + peer + "' failed");
    }

    private IkeSaState establish(AuthVerified peer, IkeMessage message, Turn turn) {
        Established established = Established.enter(plan.connection(), channel, own, peer, turn);
        if (offer != null) {
            established.exchanges().firstChild(offer, auth, message, turn);
            if (established.children().all().isEmpty()) {
                withoutChild(established, turn);
            }
        }
        for (var wish : turn.sa().takeWishes()) {
            established.exchanges().create(wish, turn);
        }
        return established;
    }

    private static void withoutChild(Established established, Turn turn) {
        if (turn.context().settings().initiation().closeOnFailedChild()) {
            turn.note(Group.IKE, "closing IKE_SA due CHILD_SA setup failure");
            established.exchanges().closeIke(0, turn);
        } else {
            turn.alert(Alert.KEEP_ON_CHILD_SA_FAILURE);
        }
    }

    private IkeSaState onTime(Turn turn) {
        return switch (channel.retry(turn.now())) {
            case Retry.NothingDue _ -> this;
            case Retry.Again again -> {
                Retransmissions.send(again.request(), turn);
                yield this;
            }
            case Retry.GaveUp gaveUp -> {
                Retransmissions.giveUp(gaveUp.request(), turn);
                release(turn);
                yield Connecting.retryOrFail(plan.connection(), plan.attempt(), turn);
            }
        };
    }

    private IkeSaState fail(Turn turn, HandshakeResult result, int notifyType, String reason) {
        release(turn);
        return Connecting.fail(turn, result, notifyType, reason);
    }

    /** The wish waits on, all else of this attempt goes. */
    private void release(Turn turn) {
        if (offer != null) {
            turn.withdraw(offer);
            turn.sa().keep(offer.wish());
        }
        channel.close();
    }

    @Override
    public Optional<Instant> deadline() {
        return channel.deadline();
    }

    @Override
    public IkeSaView.State shown() {
        return IkeSaView.State.CONNECTING;
    }

    @Override
    public void abandon(Turn turn, String reason) {
        fail(turn, HandshakeResult.CANCELLED, 0, reason);
    }
}
