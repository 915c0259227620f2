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
import org.jspecify.annotations.Nullable;

/**
 * Both sides are authenticated. Own exchanges and the peer's run side by side: RFC 7296 §2.3, an endpoint "MUST be
 * prepared to accept and process a request while it has a request outstanding".
 */
public final class Established implements IkeSaState {
    private final Connection connection;
    private final Channel channel;
    private final Instant since;
    private final Instant authenticated;
    private final Children children;
    private final ChildRekeys rekeys;
    private final IkeRekeys ikeRekeys;
    private final LocalExchanges exchanges;
    private final PeerExchanges answers;
    private final PeerMoves moves;
    private final ChildChores chores;
    private Instant lastHeard;
    /** Closed but for telling the peer, which has to wait for its turn. */
    private boolean leaving;

    private Established(Connection connection, Channel channel, Children children, ChildRekeys rekeys,
                        Instant authenticated, Turn turn) {
        this.connection = connection;
        this.channel = channel;
        this.children = children;
        this.rekeys = rekeys;
        this.since = turn.now();
        this.authenticated = authenticated;
        this.lastHeard = turn.now();
        this.moves = new PeerMoves(children);
        this.ikeRekeys = IkeRekeys.of(connection.options().lifetime(), turn.context().random(), turn.now());
        this.exchanges = new LocalExchanges(connection, channel, children, rekeys, ikeRekeys, this::isPeerBusy);
        this.answers = new PeerExchanges(connection, channel, children, rekeys, ikeRekeys, exchanges);
        this.chores = new ChildChores(children, rekeys, exchanges);
    }

    private boolean isPeerBusy() {
        return answers.isBusy();
    }

    /**
     * @param peer proof of the peer's identity, without which nobody gets here
     */
    static Established enter(Connection connection, Channel channel, Identification own, AuthVerified peer, Turn turn) {
        Children children = turn.context().peerChildren().of(connection.name(), peer.peer());
        Established established = new Established(connection, channel, children, new ChildRekeys(), turn.now(), turn);
        IkeSa sa = turn.sa();
        sa.authenticated(own, peer);
        turn.context().contacts().up(sa);
        turn.note(Group.IKE, "IKE_SA %s[%s] established between %s[%s]...%s[%s]", connection.name(), sa.id(),
                sa.path().local().address(), own, sa.path().remote().address(), peer.peer());
        sa.handshakeDone(HandshakeResult.ESTABLISHED, turn);
        sa.enter(established);
        turn.emit(new Effect.IkeUp(sa.view()));
        sa.takeRequests().forEach(turn::done);
        switch (connection.options().unique()) {
            case KEEP -> turn.context().contacts().makeUnique(turn, true);
            case REPLACE -> turn.context().contacts().makeUnique(turn, false);
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

    /** When the peer proved who it is: for this IKE SA, or for the first of those it comes from by rekeying. */
    Instant authenticated() {
        return authenticated;
    }

    @Nullable Instant rekeyAt() {
        return ikeRekeys.rekeyAt();
    }

    boolean isClosing() {
        return exchanges.isClosing();
    }

    @Override
    public IkeSaState on(SaEvent event, Turn turn) {
        return settled(handle(event, turn), turn);
    }

    /** When the last rekeying of the IKE SA under way has ended, one of the SAs they made inherits. */
    private IkeSaState settled(IkeSaState next, Turn turn) {
        return next != this ? next : ikeRekeys.verdict().<IkeSaState>map(verdict -> {
            handOver(verdict, turn);
            return verdict.heirIsOurs() ? Superseded.deleting(verdict.heir().sa(), channel, turn)
                    : Superseded.waiting(verdict.heir().sa(), channel, turn);
        }).orElse(this);
    }

    /** RFC 7296 §2.8: the new IKE SA "inherits all of the original IKE SA's Child SAs", their state as it is. */
    private void handOver(IkeRekeys.Verdict verdict, Turn turn) {
        IkeSa old = turn.sa();
        Turn next = turn.at(verdict.heir().sa());
        IkeSa heir = next.sa();
        IkeSaView before = old.view().in(IkeSaView.State.REKEYING);
        Established up = new Established(connection, verdict.heir().channel(), children, rekeys, authenticated,
                next);
        heir.path(old.path());
        heir.keepalive().sent(old.path(), next);
        heir.enter(up);
        turn.context().contacts().replaced(old, heir);
        turn.note(Group.IKE, "IKE_SA %s[%s] rekeyed between %s[%s]...%s[%s]", connection.name(), heir.id(),
                heir.path().local().address(), heir.ids().local(), heir.path().remote().address(), heir.ids().remote());
        turn.emit(new Effect.IkeRekeyed(before, heir.view()));
        if (verdict.redundant() != null) {
            turn.note(Group.IKE, "IKE_SA rekey collision %s", verdict.heirIsOurs() ? "won" : "lost");
            Turn other = turn.at(verdict.redundant().sa());
            other.sa().enter(verdict.heirIsOurs()
                    ? Superseded.waiting(heir, verdict.redundant().channel(), other)
                    : Superseded.deleting(heir, verdict.redundant().channel(), other));
        }
        exchanges.moveTo(up.exchanges, next);
    }

    IkeSaState concede(Turn turn) {
        return ikeRekeys.conceded().<IkeSaState>map(verdict -> {
            handOver(verdict, turn);
            return Superseded.waiting(verdict.heir().sa(), channel, turn);
        }).orElse(this);
    }

    IkeSaState peerWithdraws(Turn turn) {
        ikeRekeys.withdrawn();
        exchanges.pump(turn);
        return settled(this, turn);
    }

    private IkeSaState handle(SaEvent event, Turn turn) {
        return switch (event) {
            case SaEvent.Received received -> onReceived(received, turn);
            case SaEvent.TimeReached _ -> onTime(turn);
            case SaEvent.CryptoDone done -> {
                if (!exchanges.onCrypto(done, turn) && !answers.onCrypto(done, turn)) {
                    done.result().discard();
                }
                exchanges.pump(turn);
                yield this;
            }
            case SaEvent.Installed(long child) -> {
                if (!exchanges.onInstalled(child, turn)) {
                    answers.onInstalled(child, turn);
                }
                exchanges.pump(turn);
                yield this;
            }
            case SaEvent.InstallFailed(long child, String reason) -> {
                if (!exchanges.onInstallFailed(child, reason, turn)) {
                    answers.onInstallFailed(child, reason, turn);
                }
                exchanges.pump(turn);
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
            case SaEvent.PathRestored _ -> {
                channel.hurry(turn.now());
                yield this;
            }
            case SaEvent.RekeyIke(long request) -> {
                exchanges.rekeyIke(request, turn);
                yield this;
            }
            case SaEvent.ChildExpired(long child) -> {
                chores.expired(child, turn);
                yield this;
            }
            case SaEvent.CloseIke close -> onClose(close, turn);
        };
    }

    private IkeSaState onClose(SaEvent.CloseIke close, Turn turn) {
        if (close.force()) {
            return leave(close.request(), "terminated", turn);
        }
        exchanges.closeIke(close.request(), turn);
        return this;
    }

    /** The peer is told; where a full window or a rekeying forbids that just now, our side does not wait for it. */
    private IkeSaState leave(long request, String reason, Turn turn) {
        if (exchanges.closeIkeNow(request, turn) || leaving) {
            return down(turn, Loss.ENDED, reason);
        }
        leaving = true;
        ikeRekeys.end();
        turn.context().contacts().down(turn.sa());
        children.views().stream().filter(child -> child.installed() != null)
                .forEach(child -> exchanges.drop(child, reason, turn));
        return this;
    }

    private IkeSaState onReceived(SaEvent.Received received, Turn turn) {
        if (channel.isWornOut() && !isClosing()) {
            turn.note(Group.IKE, "message IDs are used up, closing the IKE_SA");
            exchanges.closeIke(0, turn);
        } else if (channel.isWorn()) {
            ikeRekeys.worn(turn.now());
        }
        return take(turn.receive(channel, received), received, turn);
    }

    /** What has come over the channel of this SA. */
    IkeSaState take(Inbound inbound, SaEvent.Received received, Turn turn) {
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
                yield exchanges.onResponse(response, turn) ? this : down(turn, Loss.ENDED, "deleted");
            }
            case Inbound.Repeated again -> {
                answers.repeated(turn.sa().id(), received.message().header().messageId(), turn);
                turn.repeat(received.path(), again.answer());
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
                // A peer that has rekeyed it, and missed that we were about to.
                Optional<IkeRekeys.Verdict> verdict = ikeRekeys.conceded();
                verdict.ifPresentOrElse(v -> handOver(v, turn),
                        () -> tearDown(turn, Loss.CLOSED_BY_PEER, "deleted by the peer"));
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
            return down(turn, Loss.ENDED, "the peer's answer is malformed: " + reason);
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
                if (ikeRekeys.isOver(turn.now())) {
                    return expire(turn);
                }
                if (ikeRekeys.isDue(turn.now())) {
                    ikeRekeys.begun();
                    exchanges.rekeyIke(0, turn);
                }
                chores.onTime(turn);
                if (livenessDue().filter(due -> !due.isAfter(turn.now())).isPresent()) {
                    turn.note(Group.IKE, "sending DPD request");
                    exchanges.probe(turn);
                }
            }
        }
        return this;
    }

    /** Whoever still wants it starts anew. */
    private IkeSaState expire(Turn turn) {
        turn.expired();
        return leave(0, "the IKE_SA's lifetime is over", turn);
    }

    /** RFC 7296 §2.4: only when nothing has been heard and nothing is under way. */
    private Optional<Instant> livenessDue() {
        Duration delay = connection.options().dpdDelay();
        return delay.isZero() || !exchanges.isIdle() ? Optional.empty()
                : Optional.of(lastHeard.plus(delay));
    }

    @Override
    public Optional<Instant> deadline() {
        return Stream.of(channel.deadline(), livenessDue(), rekeys.nextTimeout(), ikeRekeys.nextTimeout(),
                        exchanges.nextTimeout()).flatMap(Optional::stream).min(Comparator.naturalOrder());
    }

    @Override
    public IkeSaView.State shown() {
        return isClosing() ? IkeSaView.State.DELETING
                : ikeRekeys.isAsking() ? IkeSaView.State.REKEYING : IkeSaView.State.ESTABLISHED;
    }

    @Override
    public void abandon(Turn turn, String reason) {
        down(turn, Loss.ENDED, reason);
    }

    private IkeSaState down(Turn turn, Loss loss, String reason) {
        tearDown(turn, loss, reason);
        channel.close();
        return Closed.AT_ONCE;
    }

    /** RFC 7296 §1.4.1: "Deleting an IKE SA implicitly closes any remaining Child SAs". */
    private void tearDown(Turn turn, Loss loss, String reason) {
        turn.context().contacts().down(turn.sa());
        turn.emit(new Effect.IkeDown(turn.sa().viewAlone().after(loss), reason));
        exchanges.abandon(turn, reason);
        answers.abandon(turn);
        ikeRekeys.abandon(turn);
        for (ChildSaView child : children.views()) {
            children.remove(child.sa());
            turn.context().spis().release(child.sa().terms().spiIn());
            turn.emit(new Effect.RemoveChild(child.sa()));
            if (child.installed() != null) {
                turn.emit(new Effect.ChildDown(turn.sa().viewWith(child).after(loss), child, reason));
                children.lost(child.sa(), loss, turn);
            }
        }
        turn.note(Group.IKE, "IKE_SA %s[%s] closed: %s", connection.name(), turn.sa().id(), reason);
    }
}
