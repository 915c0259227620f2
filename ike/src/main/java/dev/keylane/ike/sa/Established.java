package dev.keylane.ike.sa;

import dev.keylane.ike.auth.AuthVerified;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.exchange.Channel;
import dev.keylane.ike.exchange.Inbound;
import dev.keylane.ike.exchange.Retry;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.sa.Effect.Group;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.NotifyPayload;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Both sides are authenticated. Own exchanges and the peer's run side by side: RFC 7296 §2.3, an endpoint "MUST be
 * prepared to accept and process a request while it has a request outstanding".
 */
public final class Established implements IkeSaState {
    private final Connection connection;
    private final Channel channel;
    private final Instant since;
    private final Children children = new Children();
    private final ChildRekeys rekeys = new ChildRekeys();
    private final LocalExchanges exchanges;
    private final PeerExchanges answers;
    private final PeerMoves moves;
    private Instant lastHeard;

    private Established(Connection connection, Channel channel, Instant now) {
        this.connection = connection;
        this.channel = channel;
        this.since = now;
        this.lastHeard = now;
        this.moves = new PeerMoves(children);
        this.exchanges = new LocalExchanges(connection, channel, children, rekeys);
        this.answers = new PeerExchanges(connection, channel, children, rekeys, exchanges::isClosing,
                exchanges::isCreating);
    }

    /**
     * @param peer proof of the peer's identity, without which nobody gets here
     */
    static Established enter(Connection connection, Channel channel, Identification own, AuthVerified peer, Turn turn) {
        Established established = new Established(connection, channel, turn.now());
        IkeSa sa = turn.sa();
        sa.authenticated(own, peer);
        turn.context().contacts().up(sa);
        turn.note(Group.IKE, "IKE_SA %s[%s] established between %s[%s]...%s[%s]", connection.name(), sa.id(),
                sa.path().local().address(), own, sa.path().remote().address(), peer.peer());
        turn.emit(new Effect.HandshakeDone(sa.initiator(), HandshakeResult.ESTABLISHED));
        sa.enter(established);
        turn.emit(new Effect.IkeUp(sa.view()));
        sa.takeRequests().forEach(turn::done);
        switch (connection.options().unique()) {
            case KEEP -> turn.context().contacts().makeUnique(sa, true, turn.now());
            case REPLACE -> turn.context().contacts().makeUnique(sa, false, turn.now());
            case NO, NEVER -> {
            }
        }
        return established;
    }

    LocalExchanges exchanges() {
        return exchanges;
    }

    PeerExchanges answers() {
        return answers;
    }

    Children children() {
        return children;
    }

    Instant since() {
        return since;
    }

    boolean isClosing() {
        return exchanges.isClosing();
    }

    @Override
    public IkeSaState on(SaEvent event, Turn turn) {
        return switch (event) {
            case SaEvent.Received received -> onReceived(received, turn);
            case SaEvent.TimeReached _ -> onTime(turn);
            case SaEvent.CryptoDone done -> {
                if (!exchanges.onCrypto(done, turn) && !answers.onCrypto(done, turn)) {
                    done.result().discard();
                }
                yield this;
            }
            case SaEvent.Installed(long child) -> {
                if (!exchanges.onInstalled(child, turn)) {
                    answers.onInstalled(child, turn);
                    exchanges.pump(turn);
                }
                yield this;
            }
            case SaEvent.InstallFailed(long child, String reason) -> {
                if (!exchanges.onInstallFailed(child, reason, turn)) {
                    answers.onInstallFailed(child, reason, turn);
                    exchanges.pump(turn);
                }
                yield this;
            }
            case SaEvent.WantChild want -> {
                exchanges.create(want.wish(), turn);
                yield this;
            }
            case SaEvent.CloseChild close -> {
                exchanges.closeChild(close, turn);
                yield this;
            }
            case SaEvent.RekeyChild(long request, long child) -> {
                exchanges.rekeyChild(request, child, turn);
                yield this;
            }
            case SaEvent.PeerMoved(IpEndpoint remote) -> {
                if (moves.suspect(remote, turn) && exchanges.isIdle()) {
                    exchanges.probe(turn);
                }
                yield this;
            }
            case SaEvent.CloseIke close -> onClose(close, turn);
        };
    }

    private IkeSaState onClose(SaEvent.CloseIke close, Turn turn) {
        exchanges.closeIke(close.request(), turn);
        return close.force() ? down(turn, "terminated") : this;
    }

    private IkeSaState onReceived(SaEvent.Received received, Turn turn) {
        Inbound inbound = channel.receive(received.message(), received.datagram(), turn.now());
        return switch (inbound) {
            case Inbound.Request request -> {
                lastHeard = turn.now();
                moves.heard(received.message().header(), received.path(), turn);
                yield follow(answers.on(request.message(), received.path(), turn), turn);
            }
            case Inbound.Response response -> {
                lastHeard = turn.now();
                moves.heard(received.message().header(), received.path(), turn);
                turn.sa().alternative(null);
                yield exchanges.onResponse(response, turn) ? this : down(turn, "deleted");
            }
            case Inbound.Repeated again -> {
                turn.send(received.path(), again.answer());
                turn.drop(DropReason.DUPLICATE, received.path().remote());
                yield this;
            }
            case Inbound.Malformed bad -> broken(bad.messageId(), bad.exchange(), bad.response(),
                    NotifyPayload.of(NotifyType.INVALID_SYNTAX), bad.reason(), received.path(), turn);
            case Inbound.UnsupportedCritical bad -> broken(bad.messageId(), bad.exchange(), bad.response(),
                    NotifyPayload.of(NotifyType.UNSUPPORTED_CRITICAL_PAYLOAD, Octets.of(bad.payloadType())),
                    "critical payload " + bad.payloadType(), received.path(), turn);
            case Inbound.Fragment _ -> this;
            case Inbound.InProgress _, Inbound.OutOfWindow _, Inbound.Unauthentic _, Inbound.Unprotected _,
                 Inbound.RefusedFragment _ -> {
                turn.drop(Drops.reason(inbound), received.path().remote());
                yield this;
            }
        };
    }

    private IkeSaState follow(PeerExchanges.Outcome outcome, Turn turn) {
        return switch (outcome) {
            case CONTINUE -> this;
            case CLOSED_BY_PEER -> {
                tearDown(turn, Loss.CLOSED_BY_PEER, "deleted by the peer");
                yield Closed.lingering(channel, turn.now());
            }
            case BROKEN -> {
                tearDown(turn, Loss.ENDED, "the peer broke the protocol");
                yield Closed.lingering(channel, turn.now());
            }
        };
    }

    /** RFC 7296 §2.21.3: an authentic message with a syntax error or an unknown critical payload ends the IKE SA. */
    private IkeSaState broken(int messageId, int exchange, boolean response, NotifyPayload notice, String reason,
                              Path path, Turn turn) {
        turn.note(Group.IKE, "authentic message of the peer is malformed: %s", reason);
        if (response) {
            return down(turn, "the peer's answer is malformed: " + reason);
        }
        turn.send(path, channel.respond(exchange, messageId, List.of(notice)));
        tearDown(turn, Loss.ENDED, "the peer's request is malformed: " + reason);
        return Closed.lingering(channel, turn.now());
    }

    private IkeSaState onTime(Turn turn) {
        switch (channel.retry(turn.now())) {
            case Retry.Again again -> Retransmissions.send(again.request(), turn);
            case Retry.GaveUp gaveUp -> {
                Retransmissions.giveUp(gaveUp.request(), turn);
                return down(turn, Loss.PEER_DEAD, "peer not responding");
            }
            case Retry.NothingDue _ -> {
                exchanges.retryRekeys(turn);
                if (livenessDue().filter(due -> !due.isAfter(turn.now())).isPresent()) {
                    turn.note(Group.IKE, "sending DPD request");
                    exchanges.probe(turn);
                }
            }
        }
        return this;
    }

    /** RFC 7296 §2.4: only when nothing has been heard and nothing is under way. */
    private Optional<Instant> livenessDue() {
        Duration delay = connection.options().dpdDelay();
        return delay.isZero() || !exchanges.isIdle() ? Optional.empty()
                : Optional.of(lastHeard.plus(delay));
    }

    @Override
    public Optional<Instant> deadline() {
        return Stream.of(channel.deadline(), livenessDue(), rekeys.nextTimeout()).flatMap(Optional::stream)
                .min(Comparator.naturalOrder());
    }

    @Override
    public IkeSaView.State shown() {
        return isClosing() ? IkeSaView.State.DELETING : IkeSaView.State.ESTABLISHED;
    }

    @Override
    public void abandon(Turn turn, String reason) {
        down(turn, reason);
    }

    private IkeSaState down(Turn turn, String reason) {
        return down(turn, Loss.ENDED, reason);
    }

    private IkeSaState down(Turn turn, Loss loss, String reason) {
        tearDown(turn, loss, reason);
        channel.close();
        return Closed.AT_ONCE;
    }

    /** RFC 7296 §1.4.1: "Deleting an IKE SA implicitly closes any remaining Child SAs". */
    private void tearDown(Turn turn, Loss loss, String reason) {
        turn.context().contacts().down(turn.sa());
        exchanges.abandon(turn, reason);
        answers.abandon(turn);
        for (ChildSaView child : children.views()) {
            children.remove(child.sa());
            turn.context().spis().release(child.sa().terms().spiIn());
            turn.emit(new Effect.RemoveChild(child.sa()));
            if (child.installed() != null) {
                turn.emit(new Effect.ChildDown(turn.sa().viewWith(child), child, reason));
                children.lost(child.sa(), loss, turn);
            }
        }
        turn.note(Group.IKE, "IKE_SA %s[%s] closed: %s", connection.name(), turn.sa().id(), reason);
        turn.emit(new Effect.IkeDown(turn.sa().view(), reason));
    }
}
