package dev.keylane.ike.sa;

import dev.keylane.ike.exchange.Channel;
import dev.keylane.ike.exchange.Inbound;
import dev.keylane.ike.exchange.Retry;
import dev.keylane.ike.proposal.ProtocolId;
import dev.keylane.ike.sa.Effect.Group;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.DeletePayload;
import dev.keylane.ike.wire.payload.NotifyPayload;
import dev.keylane.ike.wire.payload.Payload;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Another IKE SA has taken this one's place, RFC 7296 §2.8: it has no children and ends with a Delete, ours or the
 * peer's. Until then it repeats the answer that the peer may have missed.
 *
 * @param heir     the IKE SA that has the children
 * @param deleting whether the Delete is ours to send; then it is under way
 * @param until    when we no longer wait for the peer's
 */
record Superseded(IkeSa heir, Channel channel, boolean deleting, Instant until) implements IkeSaState {
    /** We delete it. */
    static Superseded deleting(IkeSa heir, Channel channel, Turn turn) {
        turn.note(Group.IKE, "deleting IKE_SA %s[%s]", turn.sa().connectionName(), turn.sa().id());
        turn.send(channel.request(ExchangeType.INFORMATIONAL, DELETE, turn.now()));
        return new Superseded(heir, channel, true, Instant.MAX);
    }

    /** The peer is to delete it; it may be as slow as our answer to it can be late. */
    static Superseded waiting(IkeSa heir, Channel channel, Turn turn) {
        return new Superseded(heir, channel, false,
                turn.now().plus(turn.context().settings().retransmission().total()));
    }

    @Override
    public IkeSaState on(SaEvent event, Turn turn) {
        return switch (event) {
            case SaEvent.Received received -> onReceived(received, turn);
            case SaEvent.TimeReached _ -> onTime(turn);
            case SaEvent.CryptoDone done -> Connecting.stale(this, done);
            case SaEvent.CloseIke close -> {
                turn.done(close.request());
                yield close.force() ? over() : this;
            }
            case SaEvent.Installed _, SaEvent.InstallFailed _, SaEvent.WantChild _, SaEvent.RekeyChild _,
                 SaEvent.RekeyIke _, SaEvent.ChildExpired _, SaEvent.PeerMoved _, SaEvent.PathRestored _,
                 SaEvent.CloseChild _ -> {
                heir.on(event, turn.at(heir));
                yield this;
            }
        };
    }

    private IkeSaState onReceived(SaEvent.Received received, Turn turn) {
        Inbound inbound = turn.receive(channel, received);
        return switch (inbound) {
            case Inbound.Request request -> onRequest(request.message(), received, turn);
            case Inbound.Response response -> deleting && response.request().exchange() == ExchangeType.INFORMATIONAL
                    ? over() : this;
            case Inbound.Fragment _ -> this;
            case Inbound.Repeated again -> {
                heir.peerRepeats(turn.sa().id(), received.message().header().messageId(), turn.at(heir));
                turn.repeat(received.path(), again.answer());
                turn.drop(DropReason.DUPLICATE, received.path().remote());
                yield this;
            }
            case Inbound.Malformed bad -> broken(bad.messageId(), bad.exchange(), bad.response(),
                    NotifyPayload.of(NotifyType.INVALID_SYNTAX), received, turn);
            case Inbound.UnsupportedCritical bad -> broken(bad.messageId(), bad.exchange(), bad.response(),
                    NotifyPayload.of(NotifyType.UNSUPPORTED_CRITICAL_PAYLOAD, Octets.of(bad.payloadType())), received,
                    turn);
            case Inbound.InProgress _, Inbound.OutOfWindow _, Inbound.Unauthentic _, Inbound.Unprotected _,
                 Inbound.RefusedFragment _ -> {
                turn.drop(Drops.reason(inbound), received.path().remote());
                yield this;
            }
        };
    }

    /** RFC 7296 §2.21.3: it ends on both sides; whatever it had is its heir's. */
    private IkeSaState broken(int messageId, int exchange, boolean response, NotifyPayload notice,
                              SaEvent.Received received, Turn turn) {
        if (response) {
            return over();
        }
        turn.send(received.path(), channel.respond(exchange, messageId, List.of(notice)));
        return Closed.lingering(channel, turn.now());
    }

    private IkeSaState onRequest(IkeMessage message, SaEvent.Received received, Turn turn) {
        boolean end = Candidate.deletes(message);
        if (end) {
            turn.note(Group.IKE, "received DELETE for IKE_SA %s[%s]", turn.sa().connectionName(), turn.sa().id());
        }
        turn.send(received.path(), channel.respond(message.header().exchange(), message.header().messageId(),
                end ? List.of() : answer(message, turn)));
        return end ? Closed.lingering(channel, turn.now()) : this;
    }

    /**
     * RFC 7296 §2.25.2: nothing new is made on an IKE SA that is rekeyed; a Child SA that the peer deletes here was on
     * its way out before its owner changed.
     */
    private List<Payload> answer(IkeMessage message, Turn turn) {
        return message.header().exchange() != ExchangeType.INFORMATIONAL
                ? List.of(NotifyPayload.of(NotifyType.TEMPORARY_FAILURE))
                : heir.peerDeletes(message, turn.at(heir));
    }

    private IkeSaState onTime(Turn turn) {
        return switch (channel.retry(turn.now())) {
            case Retry.Again again -> {
                Retransmissions.send(again.request(), turn);
                yield this;
            }
            case Retry.GaveUp _ -> over();
            case Retry.NothingDue _ -> until.isAfter(turn.now()) ? this : expire(turn);
        };
    }

    /** RFC 7296 §2.8.2 counts on the peer's Delete; a peer that does not send one is told once that it is over. */
    private IkeSaState expire(Turn turn) {
        if (channel.canSend(0)) {
            turn.send(channel.request(ExchangeType.INFORMATIONAL, DELETE, turn.now()));
        }
        return over();
    }

    private IkeSaState over() {
        channel.close();
        return Closed.AT_ONCE;
    }

    @Override
    public Optional<Instant> deadline() {
        return Stream.of(channel.deadline(), Optional.of(until).filter(Instant.MAX::isAfter))
                .flatMap(Optional::stream).min(Comparator.naturalOrder());
    }

    @Override
    public IkeSaView.State shown() {
        return deleting ? IkeSaView.State.DELETING : IkeSaView.State.REKEYED;
    }

    @Override
    public void abandon(Turn turn, String reason) {
        channel.close();
    }

    private static final List<Payload> DELETE = List.of(new DeletePayload(ProtocolId.IKE.id(), List.of()));
}
