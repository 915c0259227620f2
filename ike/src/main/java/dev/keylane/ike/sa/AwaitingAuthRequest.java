package dev.keylane.ike.sa;

import dev.keylane.ike.auth.AuthVerified;
import dev.keylane.ike.auth.ConnectionSelection;
import dev.keylane.ike.child.ChildAnswer;
import dev.keylane.ike.exchange.Channel;
import dev.keylane.ike.exchange.Inbound;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.policy.IkeOptions.Childless;
import dev.keylane.ike.policy.IkeOptions.Unique;
import dev.keylane.ike.proposal.Chosen;
import dev.keylane.ike.proposal.IkeSuite;
import dev.keylane.ike.proposal.ProposalSelection;
import dev.keylane.ike.sa.Effect.Group;
import dev.keylane.ike.sa.IkeSaView.Ids;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.PayloadType;
import dev.keylane.ike.wire.payload.AuthPayload;
import dev.keylane.ike.wire.payload.IdPayload;
import dev.keylane.ike.wire.payload.NotifyPayload;
import dev.keylane.ike.wire.payload.SaPayload;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Responder: half-open, IKE_SA_INIT is answered, IKE_AUTH has not come yet. */
record AwaitingAuthRequest(List<Connection> candidates, Chosen<IkeSuite> chosen, Channel channel, AuthData auth,
                                  Instant deadlineAt) implements IkeSaState {
    @Override
    public IkeSaState on(SaEvent event, Turn turn) {
        return switch (event) {
            case SaEvent.Received received -> onReceived(received, turn);
            case SaEvent.TimeReached _ -> deadlineAt.isAfter(turn.now()) ? this
                    : fail(turn, HandshakeResult.HALF_OPEN_TIMEOUT, "half-open timeout");
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
        if (received.message().header().exchange() == ExchangeType.IKE_SA_INIT) {
            return onRepeatedInit(received, turn);
        }
        // RFC 7296 §2.2: requests for a half-open SA with the wrong exchange type are dropped.
        if (received.message().header().exchange() != ExchangeType.IKE_AUTH) {
            return Connecting.unexpected(this, received, turn);
        }
        Inbound inbound = turn.receive(channel, received);
        return switch (inbound) {
            case Inbound.Request request -> {
                turn.sa().path(received.path());
                yield onAuth(request.message(), turn);
            }
            case Inbound.Malformed bad -> refuse(NotifyPayload.of(NotifyType.INVALID_SYNTAX), bad.messageId(), turn,
                    HandshakeResult.INVALID, "IKE_AUTH request: " + bad.reason());
            case Inbound.UnsupportedCritical bad -> refuse(
                    NotifyPayload.of(NotifyType.UNSUPPORTED_CRITICAL_PAYLOAD, Octets.of(bad.payloadType())),
                    bad.messageId(), turn, HandshakeResult.INVALID, "critical payload " + bad.payloadType());
            case Inbound.Fragment _ -> this;
            case Inbound.Response _, Inbound.Repeated _, Inbound.InProgress _, Inbound.OutOfWindow _,
                 Inbound.Unauthentic _, Inbound.Unprotected _, Inbound.RefusedFragment _ -> {
                turn.drop(Drops.reason(inbound), received.path().remote());
                yield this;
            }
        };
    }

    /** RFC 7296 §2.1: a retransmitted request, known by the whole packet, gets the same answer again. */
    private IkeSaState onRepeatedInit(SaEvent.Received received, Turn turn) {
        if (received.datagram().equals(auth.initRequest())) {
            turn.note(Group.IKE, "received retransmit of request with ID 0, retransmitting response");
            turn.repeat(turn.sa().path(), List.of(auth.initResponse()));
        } else {
            turn.drop(DropReason.UNEXPECTED_EXCHANGE, received.path().remote());
        }
        return this;
    }

    private IkeSaState onAuth(IkeMessage message, Turn turn) {
        int id = message.header().messageId();
        Optional<IdPayload> peer = message.firstOf(PayloadType.ID_I, IdPayload.class);
        Optional<AuthPayload> proof = message.first(AuthPayload.class);
        if (peer.isEmpty()) {
            return refuse(NotifyPayload.of(NotifyType.INVALID_SYNTAX), id, turn, HandshakeResult.INVALID,
                    "IKE_AUTH request without IDi");
        }
        if (message.first(SaPayload.class).isPresent() && !ChildAnswer.isComplete(message)) {
            return refuse(NotifyPayload.of(NotifyType.INVALID_SYNTAX), id, turn, HandshakeResult.INVALID,
                    "IKE_AUTH request without TSi or TSr");
        }
        if (proof.isEmpty()) {
            return unauthenticated(id, turn, "peer '" + peer.get().id() + "' wants EAP, which is not supported");
        }
        Identification wanted = message.firstOf(PayloadType.ID_R, IdPayload.class).map(IdPayload::id).orElse(null);
        turn.note(Group.CFG, "looking for peer configs matching %s[%s]...%s[%s]", turn.sa().path().local().address(),
                wanted == null ? "%any" : wanted, turn.sa().path().remote().address(), peer.get().id());
        Optional<Connection> connection = ConnectionSelection.byIdentity(suitable(),
                turn.sa().path().local().address(), peer.get().id(), wanted);
        if (connection.isEmpty()) {
            return unauthenticated(id, turn, "no matching peer config found");
        }
        turn.note(Group.CFG, "selected peer config '%s'", connection.get().name());
        turn.sa().connection(connection.get());
        Identification own = ConnectionSelection.own(connection.get(), turn.sa().path().local().address());
        turn.sa().ids(own, peer.get().id());
        Optional<AuthVerified> verified = auth.verify(turn, true, chosen.suite().prf(), channel.keys(), own,
                peer.get(), proof.get());
        return verified.isEmpty()
                ? unauthenticated(id, turn, "authentication of '" + peer.get().id() + "' failed")
                : establish(connection.get(), own, verified.get(), message, turn);
    }

    /** The suite was chosen by the closest connection; the one the identities select must allow it too. */
    private List<Connection> suitable() {
        int number = chosen.answer().number();
        return candidates.stream().filter(connection -> connection.proposals().stream().anyMatch(proposal ->
                ProposalSelection.checkIkeAnswer(List.of(proposal.numbered(number, Octets.EMPTY)), chosen.answer())
                        .isPresent())).toList();
    }

    private IkeSaState establish(Connection connection, Identification own, AuthVerified peer, IkeMessage message,
                                 Turn turn) {
        Optional<AuthPayload> proof = auth.sign(turn, false, chosen.suite().prf(), channel.keys(), own, peer.peer());
        if (proof.isEmpty()) {
            return unauthenticated(message.header().messageId(), turn, Alert.LOCAL_AUTH_FAILED,
                    "no shared key found for '" + own + "'");
        }
        if (connection.options().unique() == Unique.KEEP && message.notify(NotifyType.INITIAL_CONTACT).isEmpty()
                && turn.context().contacts().stands(new Ids(own, peer.peer()), connection.name())) {
            return unauthenticated(message.header().messageId(), turn, Alert.UNIQUE_KEEP,
                    "cancelling IKE_SA setup due to uniqueness policy");
        }
        // RFC 6023 §4: a responder without support takes it for IKE_AUTH with payloads missing.
        if (connection.options().childless() == Childless.NEVER && message.first(SaPayload.class).isEmpty()) {
            return refuse(NotifyPayload.of(NotifyType.INVALID_SYNTAX), message.header().messageId(), turn,
                    HandshakeResult.INVALID, "IKE_AUTH request without a child, but childless is never");
        }
        turn.note(Group.IKE, "authentication of '%s' (myself) with pre-shared key", own);
        Established established = Established.enter(connection, channel, own, peer, turn);
        // RFC 7296 §2.4: INITIAL_CONTACT "asserts that this IKE SA is the only IKE SA currently active between the
        // authenticated identities"; after it has crashed, the peer has no use for the others.
        if (connection.options().unique() != Unique.NEVER && message.notify(NotifyType.INITIAL_CONTACT).isPresent()) {
            turn.context().contacts().supersedeOthers(turn);
        }
        channel.announceWindow(turn.context().settings().messages().window());
        established.answers().auth(new IdPayload(false, own), proof.get(), auth, message, turn);
        return established;
    }

    private IkeSaState unauthenticated(int messageId, Turn turn, String reason) {
        return unauthenticated(messageId, turn, Alert.PEER_AUTH_FAILED, reason);
    }

    private IkeSaState unauthenticated(int messageId, Turn turn, Alert alert, String reason) {
        turn.alert(alert);
        return refuse(NotifyPayload.of(NotifyType.AUTHENTICATION_FAILED), messageId, turn,
                HandshakeResult.AUTHENTICATION_FAILED, reason);
    }

    /** Answers with an error and forgets the SA; the answer can still be repeated for a while. */
    private IkeSaState refuse(NotifyPayload notice, int messageId, Turn turn, HandshakeResult result, String reason) {
        turn.send(channel.respond(ExchangeType.IKE_AUTH, messageId, List.of(notice)));
        Connecting.fail(turn, result, reason);
        return Closed.lingering(channel, turn.now());
    }

    private IkeSaState fail(Turn turn, HandshakeResult result, String reason) {
        channel.close();
        return Connecting.fail(turn, result, reason);
    }

    @Override
    public Optional<Instant> deadline() {
        return Optional.of(deadlineAt);
    }

    @Override
    public IkeSaView.State shown() {
        return IkeSaView.State.CONNECTING;
    }

    @Override
    public void abandon(Turn turn, String reason) {
        fail(turn, HandshakeResult.CANCELLED, reason);
    }
}
