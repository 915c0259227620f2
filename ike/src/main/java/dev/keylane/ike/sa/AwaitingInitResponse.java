package dev.keylane.ike.sa;

import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.exchange.NatDetection;
import dev.keylane.ike.exchange.PendingRequests;
import dev.keylane.ike.exchange.Retry;
import dev.keylane.ike.proposal.IkeSuite;
import dev.keylane.ike.proposal.KeGroup;
import dev.keylane.ike.proposal.Proposal;
import dev.keylane.ike.proposal.ProposalSelection;
import dev.keylane.ike.sa.Effect.Group;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.IkeHeader;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.KePayload;
import dev.keylane.ike.wire.payload.NoncePayload;
import dev.keylane.ike.wire.payload.NotifyPayload;
import dev.keylane.ike.wire.payload.SaPayload;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Initiator: IKE_SA_INIT is under way.
 *
 * @param request as last sent: what AUTH will be computed over
 * @param refusal an error notify that came, unauthenticated; empty for none
 */
record AwaitingInitResponse(InitPlan plan, Crypto.KeyPair pair, Octets request, PendingRequests pending,
                            String refusal) implements IkeSaState {
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
        IkeMessage message = received.message();
        IkeHeader header = message.header();
        if (header.exchange() != ExchangeType.IKE_SA_INIT || !header.response() || header.initiator()
                || header.messageId() != 0) {
            return Connecting.unexpected(this, received, turn);
        }
        turn.heard(message);
        if (message.first(SaPayload.class).isPresent()) {
            return onAnswer(received, turn);
        }
        Optional<NotifyPayload> cookie = message.notify(NotifyType.COOKIE);
        if (cookie.isPresent()) {
            return onCookie(cookie.get().data(), turn);
        }
        Optional<NotifyPayload> group = message.notify(NotifyType.INVALID_KE_PAYLOAD);
        if (group.isPresent() && plan.mayTryAgain()) {
            return onOtherGroup(group.get().data(), turn);
        }
        return onRefusal(message, turn);
    }

    private IkeSaState onCookie(Octets cookie, Turn turn) {
        // A second answer to a request that was repeated on its way.
        if (cookie.equals(plan.cookie())) {
            turn.drop(DropReason.DUPLICATE);
            return this;
        }
        if (!plan.mayTryAgain()) {
            turn.drop(DropReason.BAD_COOKIE);
            return this;
        }
        if (cookie.isEmpty() || cookie.length() > MOST_COOKIE) {
            turn.drop(DropReason.MALFORMED);
            return this;
        }
        InitPlan next = plan.withCookie(cookie);
        Octets again = next.request(turn.sa(), turn.context().crypto(), pair);
        PendingRequests fresh = new PendingRequests(turn.context().settings().retransmission(),
                        turn.context().random(), 0);
        fresh.sent(ExchangeType.IKE_SA_INIT, List.of(again), turn.now());
        turn.send(again);
        return new AwaitingInitResponse(next, pair, again, fresh, "");
    }

    /** RFC 7296 §1.2: "the initiator MUST again propose its full set of acceptable cryptographic suites". */
    private IkeSaState onOtherGroup(Octets data, Turn turn) {
        int id = data.length() == 2 ? data.get(0) << 8 | data.get(1) : 0;
        if (id == plan.group().id()) {
            turn.drop(DropReason.DUPLICATE);
            return this;
        }
        Optional<KeGroup> group = KeGroup.of(id).filter(plan::offers);
        if (group.isEmpty()) {
            turn.note(Group.IKE, "peer wants key exchange method %s, which is not one we offer", id);
            return refused("INVALID_KE_PAYLOAD");
        }
        turn.note(Group.IKE, "peer didn't accept key exchange method %s, it requested %s", plan.group(), group.get());
        pair.close();
        return MakingInitKey.with(plan.withGroup(group.get()), turn);
    }

    /**
     * RFC 7296 §2.21.1: such a notify may be forged, so a real answer is waited for a little longer; when the next
     * retransmission would be due, it is believed.
     */
    private IkeSaState onRefusal(IkeMessage message, Turn turn) {
        Optional<NotifyPayload> error = message.notifies().stream()
                .filter(n -> NotifyType.isError(n.notifyType())).findFirst();
        if (error.isEmpty()) {
            turn.drop(DropReason.MALFORMED);
            return this;
        }
        String name = NotifyType.name(error.get().notifyType());
        turn.note(Group.IKE, "received %s notify error", name);
        return refused(name);
    }

    private IkeSaState refused(String name) {
        return new AwaitingInitResponse(plan, pair, request, pending, name);
    }

    private IkeSaState onAnswer(SaEvent.Received received, Turn turn) {
        IkeMessage message = received.message();
        List<Proposal> answers = message.first(SaPayload.class).orElseThrow().proposals();
        Optional<KePayload> key = message.first(KePayload.class);
        Optional<NoncePayload> nonce = message.first(NoncePayload.class);
        Optional<IkeSuite> suite = answers.size() == 1
                ? ProposalSelection.checkIkeAnswer(plan.proposals(), answers.getFirst()) : Optional.empty();
        if (suite.isEmpty() || key.isEmpty() || nonce.isEmpty() || message.header().spiResponder() == 0
                || suite.get().group() != plan.group() || key.get().group() != plan.group().id()
                || key.get().data().length() != plan.group().publicSize()) {
            turn.note(Group.IKE, "IKE_SA_INIT response does not fit our request, ignored");
            turn.drop(DropReason.MALFORMED);
            return this;
        }
        if (pending.isRepeated()) {
            turn.alert(Alert.RETRANSMIT_SEND_CLEARED);
        }
        turn.sa().remoteSpi(message.header().spiResponder());
        turn.sa().suite(suite.get());
        turn.sa().peerTakesFragments(message.notify(NotifyType.FRAGMENTATION_SUPPORTED).isPresent());
        NatFindings.apply(NatDetection.examine(turn.context().crypto(), message, received.path().local(),
                received.path().remote()), plan.connection().options().encap(), turn);
        turn.note(Group.CFG, "selected proposal: %s", suite.get());
        long ticket = turn.run(new CryptoTask.Agree(pair, key.get().data()));
        return new AgreeingInit(plan, request, received.datagram(), suite.get(), nonce.get().data(),
                message.notify(NotifyType.CHILDLESS_IKEV2_SUPPORTED).isPresent(), ticket);
    }

    private IkeSaState onTime(Turn turn) {
        return switch (pending.retry(turn.now())) {
            case Retry.NothingDue _ -> this;
            case Retry.Again _ when !refusal.isEmpty() -> {
                pair.close();
                yield Connecting.fail(turn, refusal.equals("NO_PROPOSAL_CHOSEN") ? HandshakeResult.NO_PROPOSAL
                        : HandshakeResult.PEER_REFUSED, "received " + refusal + " notify error");
            }
            case Retry.Again again -> {
                Retransmissions.send(again.request(), turn);
                yield this;
            }
            case Retry.GaveUp gaveUp -> {
                Retransmissions.giveUp(gaveUp.request(), turn);
                pair.close();
                yield Connecting.retryOrFail(plan.connection(), plan.attempt(), turn);
            }
        };
    }

    @Override
    public Optional<Instant> deadline() {
        return pending.deadline();
    }

    @Override
    public IkeSaView.State shown() {
        return IkeSaView.State.CONNECTING;
    }

    @Override
    public void abandon(Turn turn, String reason) {
        pair.close();
        Connecting.fail(turn, HandshakeResult.CANCELLED, reason);
    }

    /** RFC 7296 §2.6: a cookie is 1 to 64 octets long. */
    private static final int MOST_COOKIE = 64;
}
