package dev.keylane.ike.sa;

import dev.keylane.ike.crypto.IkeKeys;
import dev.keylane.ike.crypto.KeySchedule;
import dev.keylane.ike.exchange.Channel;
import dev.keylane.ike.exchange.Fragmentation;
import dev.keylane.ike.exchange.NatDetection;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.IkeOptions.Childless;
import dev.keylane.ike.proposal.Chosen;
import dev.keylane.ike.proposal.IkeSuite;
import dev.keylane.ike.sa.Effect.Group;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.IkeHeader;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.MessageCodec;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.KePayload;
import dev.keylane.ike.wire.payload.NoncePayload;
import dev.keylane.ike.wire.payload.NotifyPayload;
import dev.keylane.ike.wire.payload.Payload;
import dev.keylane.ike.wire.payload.SaPayload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Responder: the peer's IKE_SA_INIT is good, the key exchange is being computed.
 *
 * @param candidates connections the addresses allow, the closest first
 * @param request    the datagram
 */
public record AnsweringInit(List<Connection> candidates, Chosen<IkeSuite> chosen, Octets request, Octets nonceI,
                            boolean fake, long ticket, Instant deadlineAt) implements IkeSaState {
    /**
     * The first state of an SA that a peer initiates. The caller has checked that the message has SA, KE and nonce and
     * that the key is of the chosen group.
     */
    public static IkeSaState start(List<Connection> candidates, Chosen<IkeSuite> chosen, IkeMessage message,
                                   Octets datagram, Turn turn) {
        turn.heard(message);
        turn.note(Group.IKE, "%s is initiating an IKE_SA", turn.sa().path().remote().address());
        turn.note(Group.CFG, "selected proposal: %s", chosen.suite());
        boolean fake = candidates.getFirst().options().encap();
        NatFindings.apply(NatDetection.examine(turn.context().crypto(), message, turn.sa().path().local(),
                turn.sa().path().remote()), fake, turn);
        turn.sa().suite(chosen.suite());
        turn.sa().peerTakesFragments(message.notify(NotifyType.FRAGMENTATION_SUPPORTED).isPresent());
        Octets peerPublic = message.first(KePayload.class).orElseThrow().data();
        long ticket = turn.run(new CryptoTask.GenerateAndAgree(chosen.suite().group(), peerPublic));
        return new AnsweringInit(candidates, chosen, datagram,
                message.first(NoncePayload.class).orElseThrow().data(), fake, ticket,
                turn.now().plus(turn.context().settings().halfOpen().timeout()));
    }

    @Override
    public IkeSaState on(SaEvent event, Turn turn) {
        return switch (event) {
            case SaEvent.CryptoDone(long done, CryptoResult.Agreed agreed) when done == ticket -> answer(agreed, turn);
            case SaEvent.CryptoDone(long done, CryptoResult.BadPeerValue _) when done == ticket ->
                    Connecting.fail(turn, HandshakeResult.INVALID, "the peer's key exchange value is invalid");
            case SaEvent.CryptoDone done -> Connecting.stale(this, done);
            case SaEvent.Installed _, SaEvent.InstallFailed _, SaEvent.ChildExpired _,
                 SaEvent.PeerMoved _, SaEvent.PathRestored _ -> this;
            case SaEvent.TimeReached _ -> deadlineAt.isAfter(turn.now()) ? this
                    : Connecting.fail(turn, HandshakeResult.HALF_OPEN_TIMEOUT, "half-open timeout");
            case SaEvent.Received received -> {
                // A repetition of the request; the answer is on its way.
                turn.drop(DropReason.BUSY, received.path().remote());
                yield this;
            }
            case SaEvent.WantChild want -> Connecting.keep(this, want, turn);
            case SaEvent.CloseIke close -> Connecting.cancel(this, close, turn);
            case SaEvent.CloseChild close -> Connecting.noSuchChild(this, close.request(), turn);
            case SaEvent.RekeyChild rekey -> Connecting.noSuchChild(this, rekey.request(), turn);
            case SaEvent.RekeyIke rekey -> Connecting.noSuchChild(this, rekey.request(), turn);
        };
    }

    private IkeSaState answer(CryptoResult.Agreed agreed, Turn turn) {
        IkeSa sa = turn.sa();
        SaContext context = turn.context();
        Octets nonceR = context.random().octets(MakingInitKey.NONCE_SIZE);
        List<Payload> payloads = new ArrayList<>(6);
        payloads.add(new SaPayload(List.of(chosen.answer().numbered(chosen.answer().number(), Octets.EMPTY))));
        payloads.add(new KePayload(chosen.suite().group().id(), agreed.ownPublic()));
        payloads.add(new NoncePayload(nonceR));
        payloads.addAll(NatDetection.payloads(context.crypto(), sa.spiInitiator(), sa.spiResponder(),
                sa.path().local(), sa.path().remote(), fake));
        if (candidates.getFirst().options().childless() != Childless.NEVER) {
            payloads.add(NotifyPayload.of(NotifyType.CHILDLESS_IKEV2_SUPPORTED));
        }
        Fragmentation fragmentation = sa.fragmentation(candidates.getFirst(), context.settings());
        if (fragmentation.accepts()) {
            payloads.add(NotifyPayload.of(NotifyType.FRAGMENTATION_SUPPORTED));
        }
        Octets response = MessageCodec.encode(new IkeHeader(sa.spiInitiator(), sa.spiResponder(),
                ExchangeType.IKE_SA_INIT, false, true, 0), payloads);
        IkeKeys keys;
        try (var sharedSecret = agreed.sharedSecret()) {
            keys = KeySchedule.initial(context.crypto(), chosen.suite(), sharedSecret, nonceI, nonceR,
                    sa.spiInitiator(), sa.spiResponder());
        }
        turn.send(response);
        KeyDisclosure.tell(sa, chosen.suite(), keys, turn);
        Channel channel = new Channel(context.crypto(), context.random(), context.settings().retransmission(), false,
                sa.spiInitiator(), sa.spiResponder(), chosen.suite(), keys, 1);
        channel.fragmentation(fragmentation);
        return new AwaitingAuthRequest(candidates, chosen, channel, new AuthData(request, response, nonceI, nonceR),
                deadlineAt);
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
        Connecting.fail(turn, HandshakeResult.CANCELLED, reason);
    }
}
