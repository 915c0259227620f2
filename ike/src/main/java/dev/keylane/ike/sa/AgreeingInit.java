package dev.keylane.ike.sa;

import dev.keylane.ike.auth.ConnectionSelection;
import dev.keylane.ike.child.ChildOffer;
import dev.keylane.ike.child.ChildWish;
import dev.keylane.ike.crypto.IkeKeys;
import dev.keylane.ike.crypto.KeySchedule;
import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.exchange.Channel;
import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.policy.IkeOptions.Childless;
import dev.keylane.ike.policy.IkeOptions.Unique;
import dev.keylane.ike.proposal.IkeSuite;
import dev.keylane.ike.sa.Effect.Group;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.AuthPayload;
import dev.keylane.ike.wire.payload.IdPayload;
import dev.keylane.ike.wire.payload.NotifyPayload;
import dev.keylane.ike.wire.payload.Payload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Initiator: the peer's public value is known, the shared secret is being computed.
 *
 * @param childless whether the peer takes an IKE SA without a child, RFC 6023 §3
 */
record AgreeingInit(InitPlan plan, Octets request, Octets response, IkeSuite suite, Octets nonceR, boolean childless,
                    long ticket) implements IkeSaState {
    @Override
    public IkeSaState on(SaEvent event, Turn turn) {
        return switch (event) {
            case SaEvent.CryptoDone(long done, CryptoResult.Agreed agreed) when done == ticket ->
                    authenticate(agreed.sharedSecret(), turn);
            case SaEvent.CryptoDone(long done, CryptoResult.BadPeerValue _) when done == ticket ->
                    Connecting.fail(turn, HandshakeResult.INVALID, "the peer's key exchange value is invalid");
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

    private IkeSaState authenticate(Secret sharedSecret, Turn turn) {
        Optional<String> useless = Feasibility.sift(turn);
        if (useless.isPresent()) {
            sharedSecret.close();
            return Connecting.fail(turn, HandshakeResult.CANCELLED, useless.get());
        }
        if (!childless && (policy() == Childless.FORCE || !turn.sa().hasWishes())) {
            sharedSecret.close();
            return Connecting.fail(turn, HandshakeResult.PEER_REFUSED, "peer does not support childless IKE_SAs");
        }
        IkeSa sa = turn.sa();
        SaContext context = turn.context();
        IkeKeys keys;
        try (sharedSecret) {
            keys = KeySchedule.initial(context.crypto(), suite, sharedSecret, plan.nonce(), nonceR, sa.spiInitiator(),
                    sa.spiResponder());
        }
        KeyDisclosure.tell(sa, suite, keys, turn);
        AuthData auth = new AuthData(request, response, plan.nonce(), nonceR);
        Identification own = ConnectionSelection.own(plan.connection(), sa.path().local().address());
        Identification peer = expectedPeer(sa);
        sa.ids(own, plan.connection().remote().id());
        Optional<AuthPayload> proof = auth.sign(turn, true, suite.prf(), keys, own, peer);
        if (proof.isEmpty()) {
            keys.close();
            turn.alert(Alert.LOCAL_AUTH_FAILED);
            return Connecting.fail(turn, HandshakeResult.AUTHENTICATION_FAILED,
                    "no shared key found for '" + own + "' - '" + peer + "'");
        }
        turn.note(Group.IKE, "authentication of '%s' (myself) with pre-shared key", own);
        Channel channel = new Channel(context.crypto(), context.random(), context.settings().retransmission(), true,
                sa.spiInitiator(), sa.spiResponder(), suite, keys, 1);
        channel.fragmentation(sa.fragmentation(plan.connection(), context.settings()));
        return send(channel, auth, own, proof.get(), turn);
    }

    private IkeSaState send(Channel channel, AuthData auth, Identification own, AuthPayload proof, Turn turn) {
        IkeSa sa = turn.sa();
        List<ChildWish> wishes = isChildFirst() ? sa.takeWishes() : List.of();
        ChildOffer offer = null;
        List<Payload> payloads = new ArrayList<>(10);
        payloads.add(new IdPayload(true, own));
        Identification remote = plan.connection().remote().id();
        if (remote != null && !remote.isAny()) {
            payloads.add(new IdPayload(false, remote));
        }
        if (isInitialContact(own, remote, turn)) {
            payloads.add(NotifyPayload.of(NotifyType.INITIAL_CONTACT));
        }
        payloads.add(proof);
        if (!wishes.isEmpty()) {
            offer = ChildOffer.inAuth(wishes.getFirst(),
                    turn.context().spis().take(ChildCreation.use(wishes.getFirst(), turn)),
                    ChildCreation.proposals(wishes.getFirst(), turn), sa.path());
            payloads.addAll(offer.payloads(Optional.empty(), ChildCreation.resourceInfo(wishes.getFirst(), turn)));
            wishes.stream().skip(1).forEach(sa::keep);
            turn.offer(offer);
        }
        channel.announceWindow(turn.context().settings().messages().window());
        turn.send(channel.request(ExchangeType.IKE_AUTH, payloads, turn.now()));
        return new AwaitingAuthResponse(plan, channel, auth, own, offer);
    }

    private Childless policy() {
        return plan.connection().options().childless();
    }

    /** RFC 6023 §4: otherwise the children follow in exchanges of their own. */
    private boolean isChildFirst() {
        return switch (policy()) {
            case ALLOW, NEVER -> true;
            case PREFER, FORCE -> !childless;
        };
    }

    /**
     * RFC 7296 §2.4: the notify "asserts that this IKE SA is the only IKE SA currently active between the authenticated
     * identities", which nobody can tell when the configuration does not name the peer.
     */
    private boolean isInitialContact(Identification own, @Nullable Identification remote, Turn turn) {
        return plan.connection().options().unique() != Unique.NEVER && remote != null && !remote.isAny()
                && !remote.toString().contains("*") && turn.context().contacts().announces(turn.sa(), own, remote);
    }

    /** Whom we expect, to choose our key by: the configured identity, or the peer's address. */
    private Identification expectedPeer(IkeSa sa) {
        @Nullable Identification configured = plan.connection().remote().id();
        return configured != null && !configured.isAny() ? configured
                : Identification.parse(sa.path().remote().address().toString());
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
}
