package dev.keylane.ike.sa;

import dev.keylane.ike.exchange.Channel;
import dev.keylane.ike.exchange.Inbound;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.payload.DeletePayload;
import dev.keylane.ike.proposal.ProtocolId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The peer has made this IKE SA while our own request to rekey the same one was under way: which of the two inherits is
 * known when that is answered, RFC 7296 §2.8.2. It lives as long as that exchange.
 *
 * @param old the IKE SA to be replaced
 */
record Candidate(IkeSa old, Channel channel) implements IkeSaState {
    @Override
    public IkeSaState on(SaEvent event, Turn turn) {
        return switch (event) {
            case SaEvent.Received received -> onReceived(received, turn);
            case SaEvent.CryptoDone done -> Connecting.stale(this, done);
            case SaEvent.TimeReached _ -> this;
            case SaEvent.Installed _, SaEvent.InstallFailed _, SaEvent.WantChild _, SaEvent.RekeyChild _,
                 SaEvent.RekeyIke _, SaEvent.ChildExpired _, SaEvent.PeerMoved _, SaEvent.PathRestored _,
                 SaEvent.CloseChild _, SaEvent.CloseIke _ -> {
                old.on(event, turn.at(old));
                yield turn.sa().state();
            }
        };
    }

    private IkeSaState onReceived(SaEvent.Received received, Turn turn) {
        Inbound inbound = turn.receive(channel, received);
        if (inbound instanceof Inbound.Request request && deletes(request.message())) {
            turn.send(received.path(), channel.respond(ExchangeType.INFORMATIONAL,
                    request.message().header().messageId(), List.of()));
            old.peerWithdraws(turn.at(old));
            return Closed.lingering(channel, turn.now());
        }
        return switch (inbound) {
            // The peer uses it, so in its eyes ours is not there or has lost.
            case Inbound.Request _, Inbound.Malformed _, Inbound.UnsupportedCritical _ -> {
                old.concede(turn.at(old));
                yield turn.sa().state() instanceof Established heir ? heir.take(inbound, received, turn)
                        : turn.sa().state();
            }
            case Inbound.Fragment _ -> this;
            case Inbound.Repeated again -> {
                turn.repeat(received.path(), again.answer());
                turn.drop(DropReason.DUPLICATE, received.path().remote());
                yield this;
            }
            case Inbound.Response _, Inbound.InProgress _, Inbound.OutOfWindow _, Inbound.Unauthentic _,
                 Inbound.Unprotected _, Inbound.RefusedFragment _ -> {
                turn.drop(Drops.reason(inbound), received.path().remote());
                yield this;
            }
        };
    }

    static boolean deletes(IkeMessage message) {
        return message.header().exchange() == ExchangeType.INFORMATIONAL && message.payloads().stream().anyMatch(
                payload -> payload instanceof DeletePayload delete && delete.protocol() == ProtocolId.IKE.id());
    }

    @Override
    public Optional<Instant> deadline() {
        return Optional.empty();
    }

    @Override
    public IkeSaView.State shown() {
        return IkeSaView.State.CREATED;
    }

    @Override
    public void abandon(Turn turn, String reason) {
        channel.close();
    }
}
