package dev.keylane.ike.sa;

import dev.keylane.ike.child.ChildKeysInOut;
import dev.keylane.ike.child.ChildOffer;
import dev.keylane.ike.child.ChildReply;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.ChildWish;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.ResourceInfo;
import dev.keylane.ike.child.SpiChoice;
import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.crypto.KeySchedule;
import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.exchange.Channel;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.proposal.KeGroup;
import dev.keylane.ike.proposal.Proposal;
import dev.keylane.ike.sa.Effect.Group;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.KePayload;
import dev.keylane.ike.wire.payload.NotifyPayload;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Creating Child SAs as initiator, RFC 7296 §1.2 and §1.3.1, with SA_RESOURCE_INFO as RFC 9611 §4 wants it. */
final class ChildCreation {
    private final Connection connection;
    private final Channel channel;
    private final Children children;
    private final ChildRekeys rekeys;
    private final LocalExchanges exchanges;

    ChildCreation(Connection connection, Channel channel, Children children, ChildRekeys rekeys,
                  LocalExchanges exchanges) {
        this.connection = connection;
        this.channel = channel;
        this.children = children;
        this.rekeys = rekeys;
        this.exchanges = exchanges;
    }

    void start(ChildWish wish, Turn turn) {
        SaContext context = turn.context();
        ChildSa old = wish.replaces();
        if (old != null && children.find(old.id()).filter(v -> v.state() == ChildSaView.State.REKEYING).isEmpty()) {
            turn.failed(wish.request(), "the CHILD_SA to rekey is gone");
            rekeys.cancelled(old.id());
            return;
        }
        if (old != null && rekeys.isReplacedByPeer(old.id())) {
            failed(wish, 0, "replaced by the peer", turn);
            return;
        }
        Optional<String> against = Feasibility.against(wish, turn);
        if (against.isPresent()) {
            failed(wish, 0, against.get(), turn);
            return;
        }
        turn.note(Group.CHD, old == null ? "establishing CHILD_SA %s%s" : "rekeying CHILD_SA %s{%s}",
                wish.config().name(), old == null ? whose(wish) : old.id());
        ChildOffer offer = ChildOffer.of(wish, context.spis().take(use(wish, turn)), proposals(wish, turn),
                ChildOffer.selectors(wish, turn.sa().path()), context.random().octets(MakingInitKey.NONCE_SIZE))
                .from(context.sourcePorts().wish(use(wish, turn), old, children, turn));
        offer.firstGroup().ifPresentOrElse(group -> makeKey(offer, group, turn), () -> send(offer, null, turn));
    }

    /** Behind charon's words. */
    private static String whose(ChildWish wish) {
        boolean mayBeLane = wish.config().kernel().offload() != KernelOptions.HwOffload.NO;
        return wish.wanted().isBound() ? (mayBeLane ? ", cpu or lane " : ", cpu ") + wish.wanted().cpu() : "";
    }

    static List<Proposal> proposals(ChildWish wish, Turn turn) {
        return turn.context().limits().proposals(wish.config(), turn.sa().path().local().address());
    }

    static SpiChoice.Use use(ChildWish wish, Turn turn) {
        return new SpiChoice.Use(wish.config(), turn.sa().path(), wish.wanted(), turn.sa().nat().any());
    }

    private void makeKey(ChildOffer offer, KeGroup group, Turn turn) {
        exchanges.start(new LocalExchange.MakingKey(offer, turn.run(new CryptoTask.Generate(group))));
    }

    private void send(ChildOffer offer, Crypto.@Nullable KeyPair pair, Turn turn) {
        if (!exchanges.isCreating()) {
            children.early().clear();
        }
        int id = channel.nextRequestId();
        Optional<KePayload> key = Optional.ofNullable(pair).map(p -> new KePayload(p.group().id(), p.publicValue()));
        turn.offer(offer);
        turn.send(channel.request(ExchangeType.CREATE_CHILD_SA, offer.payloads(key, resourceInfo(offer.wish(), turn)),
                turn.now()));
        exchanges.start(new LocalExchange.AwaitingReply(offer, pair, id));
    }

    /** RFC 9611 §4: SA_RESOURCE_INFO asks for more SAs of the same selectors. */
    static Optional<NotifyPayload> resourceInfo(ChildWish wish, Turn turn) {
        Resource wanted = wish.wanted();
        return !wanted.perCpu() ? Optional.empty()
                : Optional.of(ResourceInfo.of(wanted, turn.context().resourceIds()));
    }

    void onCrypto(LocalExchange waiting, CryptoResult result, Turn turn) {
        switch (result) {
            case CryptoResult.Generated generated when waiting instanceof LocalExchange.MakingKey making -> {
                if (exchanges.isClosing()) {
                    generated.discard();
                    giveUp(making.offer(), 0, "the IKE_SA is being closed", turn);
                } else {
                    send(making.offer(), generated.pair(), turn);
                }
            }
            case CryptoResult.Agreed agreed when waiting instanceof LocalExchange.Agreeing agreeing -> {
                try (Secret secret = agreed.sharedSecret()) {
                    install(agreeing.offer(), agreeing.reply(), secret, agreeing.offer().nonce(),
                            agreeing.reply().nonce(), turn);
                }
            }
            case CryptoResult.BadPeerValue _ when waiting instanceof LocalExchange.Agreeing agreeing ->
                    reject(agreeing.offer(), "the peer's key exchange value is invalid", turn);
            case CryptoResult.Generated _, CryptoResult.Agreed _, CryptoResult.BadPeerValue _ ->
                    throw new IllegalStateException("a result nobody asked for: " + waiting);
        }
    }

    void onAuthReply(ChildOffer offer, AuthData auth, IkeMessage message, Turn turn) {
        switch (ChildReply.examine(offer, message, turn.sa().path(), turn.sa().nat().any())) {
            case ChildReply.Accepted reply -> install(offer, reply, null, auth.nonceI(), auth.nonceR(), turn);
            case ChildReply.Refused refused -> refused(offer, refused.notifyType(), turn);
            case ChildReply.Unacceptable bad -> reject(offer, bad.reason(), turn);
            case ChildReply.OtherGroup _ -> refused(offer, NotifyType.INVALID_KE_PAYLOAD, turn);
        }
    }

    void onReply(LocalExchange.AwaitingReply awaiting, IkeMessage message, Turn turn) {
        ChildOffer offer = awaiting.offer();
        Crypto.KeyPair pair = awaiting.pair();
        ChildReply answer = ChildReply.examine(offer, message, turn.sa().path(), turn.sa().nat().any());
        if (answer instanceof ChildReply.Accepted reply && reply.keyExchange() != null && pair != null) {
            exchanges.start(new LocalExchange.Agreeing(offer, reply,
                    turn.run(new CryptoTask.Agree(pair, reply.keyExchange().data()))));
            return;
        }
        awaiting.close();
        switch (answer) {
            case ChildReply.Accepted reply ->
                    install(offer, reply, null, offer.nonce(), reply.nonce(), turn);
            // Once: a peer that changes its mind again would keep us busy for ever.
            case ChildReply.OtherGroup other when pair != null && pair.group() != other.group()
                    && offer.firstGroup().filter(pair.group()::equals).isPresent() -> {
                turn.note(Group.IKE, "peer didn't accept key exchange method %s, it requested %s", pair.group(),
                        other.group());
                makeKey(offer, other.group(), turn);
            }
            case ChildReply.OtherGroup _ -> refused(offer, NotifyType.INVALID_KE_PAYLOAD, turn);
            case ChildReply.Refused refused -> refused(offer, refused.notifyType(), turn);
            case ChildReply.Unacceptable bad -> reject(offer, bad.reason(), turn);
        }
    }

    private void install(ChildOffer offer, ChildReply.Accepted reply, @Nullable Secret secret, Octets nonceI,
                         Octets nonceR, Turn turn) {
        ChildWish wish = offer.wish();
        if (children.early().take(reply.terms().spiOut())) {
            giveUp(offer, 0, "deleted by the peer", turn);
            return;
        }
        if (wish.wanted().perCpu() && !reply.resource().perCpu()) {
            turn.note(Group.CHD, "peer didn't send SA_RESOURCE_INFO notify, creating regular SA");
        }
        turn.note(Group.CFG, "selected proposal: %s", reply.terms().suite());
        ChildSa child = new ChildSa(turn.context().nextChildId(), turn.sa().id(), connection.name(), wish.config(),
                reply.terms(), turn.sa().path(), reply.resource(), wish.acquireSeq(),
                turn.context().sourcePorts().choose(wish.config(), reply.terms(), reply.resource(), wish.replaces(),
                        children, turn));
        ChildKeysInOut keys = ChildKeysInOut.of(KeySchedule.child(turn.context().crypto(), channel.suite().prf(),
                channel.keys().d(), reply.terms().suite(), secret, nonceI, nonceR), true);
        children.add(child);
        ChildRekeys.Replacement nonces = ChildRekeys.Replacement.of(child.id(), nonceI, nonceR);
        // One that goes again at once is not sent on: the peer forgets it before we hear that it has.
        boolean redundant = wish.replaces() != null && rekeys.isRedundant(wish.replaces().id(), nonces);
        turn.emit(new Effect.InstallChild(child, keys, redundant));
        exchanges.start(new LocalExchange.Installing(child, wish, nonces));
    }

    void onInstalled(LocalExchange.Installing installing, Turn turn) {
        if (children.find(installing.child().id()).isEmpty()) {
            failed(installing.wish(), 0, "deleted by the peer", turn);
            return;
        }
        ChildSa old = installing.wish().replaces();
        ChildUps.announce(installing.child(), old == null ? 0 : old.id(), children, turn);
        turn.done(installing.wish().request());
        if (old != null) {
            onReplaced(old, installing, turn);
        }
    }

    private void onReplaced(ChildSa old, LocalExchange.Installing installing, Turn turn) {
        boolean standing = children.find(old.id()).isPresent();
        boolean closing = children.find(old.id()).filter(v -> v.state() == ChildSaView.State.DELETING).isPresent();
        switch (rekeys.ours(old.id(), installing.nonces())) {
            case OLD -> {
                rekeys.theirs(old.id()).ifPresent(theirs ->
                        rekeys.handovers().owed(theirs, installing.child().id(), turn.now()));
                if (standing && !closing) {
                    turn.emit(new Effect.StopSending(old));
                    exchanges.deleteReplaced(old, turn);
                }
                new ChildChores(children, rekeys, exchanges).followTheFallback(installing.child(), turn);
            }
            case OURS -> {
                turn.note(Group.CHD, "CHILD_SA rekey collision lost");
                exchanges.deleteReplaced(installing.child(), turn);
                if (standing && !closing) {
                    leaveToPeer(old, turn);
                }
            }
        }
        if (!standing) {
            rekeys.gone(old.id());
        }
    }

    /** What the peer has replaced is the peer's to delete. */
    private void leaveToPeer(ChildSa old, Turn turn) {
        children.enter(old.id(), ChildSaView.State.REKEYED);
        rekeys.theirs(old.id()).ifPresent(theirs -> rekeys.handovers().owed(old.id(), theirs, turn.now()));
    }

    void onInstallFailed(LocalExchange.Installing installing, String reason, Turn turn) {
        ChildSa child = installing.child();
        if (children.find(child.id()).isPresent()) {
            children.remove(child);
            turn.context().spis().release(child.terms().spiIn());
            exchanges.disown(child.terms().spiIn(), turn);
        }
        turn.alert(Alert.INSTALL_CHILD_SA_FAILED);
        failed(installing.wish(), 0, reason, turn);
    }

    private void refused(ChildOffer offer, int notifyType, Turn turn) {
        String name = NotifyType.name(notifyType);
        turn.note(Group.IKE, "received %s notify, no CHILD_SA built", name);
        String reason = "received " + name + " notify error";
        giveUp(offer, notifyType, reason, turn);
        if (notifyType == NotifyType.TS_MAX_QUEUE || notifyType == NotifyType.NO_ADDITIONAL_SAS) {
            exchanges.refuseAdditional(offer.wish(), notifyType, reason, turn);
        }
    }

    private void giveUp(ChildOffer offer, int notifyType, String reason, Turn turn) {
        turn.withdraw(offer);
        failed(offer.wish(), notifyType, reason, turn);
    }

    /** The IKE SA is gone, and with it whatever this would have replaced. */
    void abandon(ChildOffer offer, String reason, Turn turn) {
        turn.withdraw(offer);
        turn.childFailed(offer.wish(), 0, reason);
    }

    /** A rekeying that failed leaves the old SA in use and is tried again; unless the peer does not know that SA. */
    private void failed(ChildWish wish, int notifyType, String reason, Turn turn) {
        ChildSa old = wish.replaces();
        if (old == null) {
            if (notifyType != NotifyType.TEMPORARY_FAILURE || !exchanges.postpone(wish, turn)) {
                turn.childFailed(wish, notifyType, reason);
            }
            return;
        }
        turn.note(Group.CHD, "rekeying CHILD_SA %s{%s} failed: %s", old.name(), old.id(), reason);
        turn.failed(wish.request(), reason);
        Optional<ChildSaView> standing = children.find(old.id())
                .filter(view -> view.state() == ChildSaView.State.REKEYING);
        boolean replaced = rekeys.theirs(old.id()).stream().anyMatch(theirs -> children.find(theirs).isPresent());
        if (standing.isEmpty()) {
            rekeys.abandoned(old.id());
        } else if (notifyType == NotifyType.CHILD_SA_NOT_FOUND) {
            // RFC 7296 §2.25: the SA is deleted silently and, being wanted, made anew.
            rekeys.failed(old.id(), turn.now());
            exchanges.drop(standing.get(), "unknown to the peer", turn);
            if (!replaced) {
                exchanges.create(ChildWish.of(0, old.config(), old.resource(), 0), turn);
            }
        } else if (replaced) {
            rekeys.failed(old.id(), turn.now());
            leaveToPeer(old, turn);
        } else {
            rekeys.forgetTheirs(old.id());
            children.enter(old.id(), ChildSaView.State.INSTALLED);
            rekeys.failed(old.id(), turn.now());
        }
    }

    private void reject(ChildOffer offer, String reason, Turn turn) {
        giveUp(offer, 0, reason, turn);
        exchanges.disown(offer.spiIn(), turn);
    }
}
