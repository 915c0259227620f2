package dev.keylane.ike.sa;

import dev.keylane.ike.child.ChildAnswer;
import dev.keylane.ike.child.ChildDecision;
import dev.keylane.ike.child.ChildKeysInOut;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.SpiPool;
import dev.keylane.ike.crypto.KeySchedule;
import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.exchange.Channel;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.IkeOptions.Childless;
import dev.keylane.ike.proposal.ProtocolId;
import dev.keylane.ike.sa.Effect.Group;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.AuthPayload;
import dev.keylane.ike.wire.payload.IdPayload;
import dev.keylane.ike.wire.payload.KePayload;
import dev.keylane.ike.wire.payload.NoncePayload;
import dev.keylane.ike.wire.payload.NotifyPayload;
import dev.keylane.ike.wire.payload.Payload;
import dev.keylane.ike.wire.payload.SaPayload;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The peer's exchanges on an established IKE SA: as many at once as our window lets in, in whatever order they come. */
final class PeerExchanges {
    private final Connection connection;
    private final Channel channel;
    private final Children children;
    private final ChildRekeys rekeys;
    private final PeerDeletes deletes;
    private final LocalExchanges exchanges;
    private final IkeRekeys ikeRekeys;
    private final IkeRekeyAnswer ikeAnswer;
    private final List<PeerExchange> waiting = new ArrayList<>(1);
    /** The way the request came that is being answered just now. */
    private @Nullable Path asked;

    PeerExchanges(Connection connection, Channel channel, Children children, ChildRekeys rekeys, IkeRekeys ikeRekeys,
                  LocalExchanges exchanges) {
        this.connection = connection;
        this.channel = channel;
        this.children = children;
        this.rekeys = rekeys;
        this.deletes = new PeerDeletes(children, rekeys);
        this.exchanges = exchanges;
        this.ikeRekeys = ikeRekeys;
        this.ikeAnswer = new IkeRekeyAnswer(connection, channel, ikeRekeys);
    }

    /** What a request means for the IKE SA. */
    enum Outcome { CONTINUE, CLOSED_BY_PEER, BROKEN }

    /** Answers IKE_AUTH: our own proof, and the Child SA it asked for or the reason why not. */
    void auth(IdPayload own, AuthPayload proof, AuthData auth, IkeMessage message, Turn turn) {
        asked = turn.sa().path();
        List<Payload> head = List.of(own, proof);
        if (message.first(SaPayload.class).isEmpty()) {
            respond(ExchangeType.IKE_AUTH, message.header().messageId(), head, turn);
            return;
        }
        boolean childless = connection.options().childless() == Childless.FORCE;
        if (childless || children.areEnough(false)) {
            refuse(ExchangeType.IKE_AUTH, message.header().messageId(), head, new ChildDecision.Refused(
                    NotifyPayload.of(NotifyType.NO_ADDITIONAL_SAS), childless
                    ? "childless is force, no CHILD_SA in IKE_AUTH" : "enough CHILD_SAs of this peer"), turn);
            return;
        }
        switch (answerer(true, null, turn).to(message)) {
            case ChildDecision.Refused refused -> {
                turn.childRefused(refused.notice().notifyType());
                refuse(ExchangeType.IKE_AUTH, message.header().messageId(), head, refused, turn);
            }
            case ChildDecision.Agreed agreed -> install(ExchangeType.IKE_AUTH, message.header().messageId(), head,
                    agreed, null, auth.nonceI(), auth.nonceR(),
                    ChildPayloads.answer(agreed, Octets.EMPTY, Optional.empty(), turn), null, turn);
        }
    }

    /**
     * @param path the way the request came, which the answer goes back
     */
    Outcome on(IkeMessage message, Path path, Turn turn) {
        asked = path;
        for (long ready : rekeys.handovers().provenBy(
                new Handovers.Request(turn.sa().id(), message.header().messageId()), channel.mostAsked())) {
            children.find(ready).ifPresent(view -> turn.emit(new Effect.CompleteChild(view.sa())));
        }
        return switch (message.header().exchange()) {
            case ExchangeType.CREATE_CHILD_SA -> onCreateChild(message, turn);
            case ExchangeType.INFORMATIONAL -> onInformational(message, turn);
            default -> invalid(message, "exchange " + message.header().exchange(), turn);
        };
    }

    /** The peer repeats a request that came to this IKE SA, or to one that it has replaced. */
    void repeated(long ikeSa, int messageId, Turn turn) {
        rekeys.handovers().repeated(new Handovers.Request(ikeSa, messageId), turn.now());
    }

    private Outcome onInformational(IkeMessage message, Turn turn) {
        PeerDeletes.Answer answer = deletes.on(message, turn);
        respond(ExchangeType.INFORMATIONAL, message.header().messageId(), answer.payloads(), turn);
        return answer.ikeSa() ? Outcome.CLOSED_BY_PEER : Outcome.CONTINUE;
    }

    /** RFC 7296 §2.21.3: INVALID_SYNTAX ends the IKE SA on both sides. */
    private Outcome invalid(IkeMessage message, String reason, Turn turn) {
        refuse(message, NotifyType.INVALID_SYNTAX, reason, turn);
        return Outcome.BROKEN;
    }

    private Outcome onCreateChild(IkeMessage message, Turn turn) {
        Optional<SaPayload> sa = message.first(SaPayload.class);
        Optional<NoncePayload> nonce = message.first(NoncePayload.class);
        if (sa.isEmpty() || nonce.isEmpty() || sa.get().proposals().isEmpty()) {
            return invalid(message, "CREATE_CHILD_SA without SA or nonce", turn);
        }
        if (sa.get().proposals().getFirst().protocol() == ProtocolId.IKE.id()) {
            return onRekeyIke(message, turn);
        }
        if (!ChildAnswer.isComplete(message)) {
            return invalid(message, "CREATE_CHILD_SA without TSi or TSr", turn);
        }
        if (children.areEnough(message.notify(NotifyType.REKEY_SA).isPresent())) {
            refuse(message, NotifyType.NO_ADDITIONAL_SAS, "enough CHILD_SAs of this peer", turn);
            return Outcome.CONTINUE;
        }
        // RFC 7296 §2.25.2, and the same for an IKE SA that is being closed.
        if (exchanges.isClosing() || ikeRekeys.isAsking() || ikeRekeys.isPeerRekeying()) {
            refuse(message, NotifyType.TEMPORARY_FAILURE, "the IKE_SA is being closed or rekeyed", turn);
            return Outcome.CONTINUE;
        }
        onChild(message, nonce.get().data(), turn);
        return Outcome.CONTINUE;
    }

    private Outcome onRekeyIke(IkeMessage message, Turn turn) {
        if (message.first(KePayload.class).isEmpty()) {
            return invalid(message, "IKE_SA rekeying without a key exchange", turn);
        }
        // RFC 7296 §2.25.2: while a Child SA is created, rekeyed or closed, or the IKE SA closed; the peer asks again.
        if (exchanges.isClosing() || exchanges.isChangingChildren() || !waiting.isEmpty()) {
            refuse(message, NotifyType.TEMPORARY_FAILURE, "IKE_SA rekeying is not possible now", turn);
            return Outcome.CONTINUE;
        }
        ikeAnswer.on(message, Objects.requireNonNull(asked), turn).ifPresent(refused -> refuse(
                ExchangeType.CREATE_CHILD_SA, message.header().messageId(), List.of(), refused, turn));
        return Outcome.CONTINUE;
    }

    /** Whether requests of the peer's are being worked on. */
    boolean isBusy() {
        return !waiting.isEmpty() || ikeAnswer.isBusy();
    }

    /** What an INFORMATIONAL request that came elsewhere deletes of our children. */
    List<Payload> deleted(IkeMessage message, Turn turn) {
        return deletes.on(message, turn).payloads();
    }

    private void onChild(IkeMessage message, Octets nonceI, Turn turn) {
        Optional<ChildSaView> replaced = rekeyed(message);
        if (message.notify(NotifyType.REKEY_SA).isPresent() && replaced.isEmpty()) {
            if (exchanges.isCreating()) {
                // The peer may have made it in answer to us, in an answer that is yet to come.
                refuse(message, NotifyType.TEMPORARY_FAILURE, "the CHILD_SA to rekey is not known yet", turn);
                return;
            }
            NotifyPayload asked = message.notify(NotifyType.REKEY_SA).get();
            refuse(message, new NotifyPayload(asked.protocol(), asked.spi(), NotifyType.CHILD_SA_NOT_FOUND,
                    Octets.EMPTY), "the CHILD_SA to rekey is not known", turn);
            return;
        }
        if (replaced.isPresent() && (replaced.get().state() == ChildSaView.State.DELETING
                || rekeys.isReplacedByPeer(replaced.get().sa().id()) || isBeingReplaced(replaced.get().sa()))) {
            refuse(message, NotifyType.TEMPORARY_FAILURE, "the CHILD_SA to rekey is being deleted", turn);
            return;
        }
        decide(message, nonceI, replaced.map(ChildSaView::sa).orElse(null), turn);
    }

    /** Whether another request of the peer's to replace it is not answered yet. */
    private boolean isBeingReplaced(ChildSa child) {
        for (PeerExchange exchange : waiting) {
            boolean same = switch (exchange) {
                case PeerExchange.Agreeing agreeing -> agreeing.replaced() != null
                        && agreeing.replaced().id() == child.id();
                case PeerExchange.Installing installing -> installing.rekey() != null
                        && installing.rekey().old() == child.id();
            };
            if (same) {
                return true;
            }
        }
        return false;
    }

    private Optional<ChildSaView> rekeyed(IkeMessage message) {
        return message.notify(NotifyType.REKEY_SA)
                .flatMap(n -> children.findByPeerSpi(SpiPool.of(n.spi())));
    }

    private void decide(IkeMessage message, Octets nonceI, @Nullable ChildSa replaced, Turn turn) {
        int id = message.header().messageId();
        switch (turn.context().sourcePorts().settle(answerer(false, replaced, turn).to(message), message, replaced,
                children, turn)) {
            case ChildDecision.Refused refused -> {
                turn.childRefused(refused.notice().notifyType());
                refuse(ExchangeType.CREATE_CHILD_SA, id, List.of(), refused, turn);
            }
            case ChildDecision.Agreed agreed -> {
                Octets nonceR = turn.context().random().octets(MakingInitKey.NONCE_SIZE);
                if (agreed.keyExchange() != null) {
                    long ticket = turn.run(new CryptoTask.GenerateAndAgree(agreed.terms().suite().group(),
                            agreed.keyExchange().data()));
                    waiting.add(new PeerExchange.Agreeing(path(), id, agreed, nonceI, nonceR, replaced, ticket));
                } else {
                    install(ExchangeType.CREATE_CHILD_SA, id, List.of(), agreed, null, nonceI, nonceR,
                            ChildPayloads.answer(agreed, nonceR, Optional.empty(), turn), replaced, turn);
                }
            }
        }
    }

    /** The IKE SA is gone; what is being installed goes with the other children. */
    void abandon(Turn turn) {
        for (PeerExchange exchange : waiting) {
            if (exchange instanceof PeerExchange.Agreeing agreeing) {
                turn.context().spis().release(agreeing.agreed().terms().spiIn());
            }
        }
        waiting.clear();
    }

    boolean onCrypto(SaEvent.CryptoDone done, Turn turn) {
        Optional<PeerExchange.Agreeing> found = takeAgreeing(done.ticket());
        found.ifPresent(agreeing -> agreed(agreeing, done.result(), turn));
        return found.isPresent() || ikeAnswer.onCrypto(done, turn);
    }

    private Optional<PeerExchange.Agreeing> takeAgreeing(long ticket) {
        for (PeerExchange exchange : waiting) {
            if (exchange instanceof PeerExchange.Agreeing agreeing && agreeing.ticket() == ticket) {
                waiting.remove(exchange);
                asked = agreeing.path();
                return Optional.of(agreeing);
            }
        }
        return Optional.empty();
    }

    private void agreed(PeerExchange.Agreeing agreeing, CryptoResult result, Turn turn) {
        if (result instanceof CryptoResult.Agreed agreed) {
            try (Secret secret = agreed.sharedSecret()) {
                KePayload key = new KePayload(agreeing.agreed().terms().suite().group().id(), agreed.ownPublic());
                install(ExchangeType.CREATE_CHILD_SA, agreeing.messageId(), List.of(), agreeing.agreed(), secret,
                        agreeing.nonceI(), agreeing.nonceR(),
                        ChildPayloads.answer(agreeing.agreed(), agreeing.nonceR(), Optional.of(key), turn),
                        agreeing.replaced(), turn);
            }
        } else {
            turn.context().spis().release(agreeing.agreed().terms().spiIn());
            refuse(ExchangeType.CREATE_CHILD_SA, agreeing.messageId(), List.of(), new ChildDecision.Refused(
                    NotifyPayload.of(NotifyType.NO_PROPOSAL_CHOSEN), "the key exchange value is invalid"), turn);
        }
    }

    private void install(int exchange, int messageId, List<Payload> head, ChildDecision.Agreed agreed,
                         @Nullable Secret secret, Octets nonceI, Octets nonceR, List<Payload> answer,
                         @Nullable ChildSa replaced, Turn turn) {
        turn.note(Group.CFG, "selected proposal: %s", agreed.terms().suite());
        ChildSa child = new ChildSa(turn.context().nextChildId(), turn.sa().id(), connection.name(), agreed.config(),
                agreed.terms(), turn.sa().path(), agreed.resource(), 0,
                turn.context().sourcePorts().choose(agreed.config(), agreed.terms(), agreed.resource(), replaced,
                        children, turn));
        ChildKeysInOut keys = ChildKeysInOut.of(KeySchedule.child(turn.context().crypto(), channel.suite().prf(),
                channel.keys().d(), agreed.terms().suite(), secret, nonceI, nonceR), false);
        children.add(child);
        boolean inboundFirst = replaced != null || children.hasOther(child);
        waiting.add(new PeerExchange.Installing(path(), messageId, exchange, child, head, answer, inboundFirst,
                replaced == null ? null : new PeerExchange.Replaced(replaced.id(),
                        ChildRekeys.Replacement.of(child.id(), nonceI, nonceR))));
        turn.emit(new Effect.InstallChild(child, keys, inboundFirst));
    }

    void onInstalled(long id, Turn turn) {
        takeInstalling(id).ifPresent(done -> {
            List<Payload> payloads = new ArrayList<>(done.proof());
            payloads.addAll(done.answer());
            respond(done.exchange(), done.messageId(), payloads, turn);
            ChildUps.announce(done.child(), done.rekey() == null ? 0 : done.rekey().old(), children, turn);
            if (done.inboundFirst()) {
                rekeys.handovers().await(done.child().id(),
                        new Handovers.Request(turn.sa().id(), done.messageId()), turn.now());
            }
            if (done.rekey() != null) {
                rekeys.followers().peerReplaced(done.child(), turn.context().random(), turn.now());
                onReplaced(done.rekey(), turn);
            }
        });
    }

    /**
     * RFC 7296 §2.8: the responder goes on sending on the old SA until the peer deletes it, or for a while. If we are
     * replacing it as well, the nonces will tell when we are done.
     */
    private void onReplaced(PeerExchange.Replaced rekey, Turn turn) {
        Optional<ChildSaView> old = children.find(rekey.old());
        if (old.isEmpty()) {
            ChildDowns.complete(rekey.nonces().child(), children, rekeys, turn);
            return;
        }
        rekeys.theirs(rekey.old(), rekey.nonces());
        if (old.get().state() == ChildSaView.State.INSTALLED) {
            children.enter(rekey.old(), ChildSaView.State.REKEYED);
            rekeys.handovers().owed(rekey.old(), rekey.nonces().child(), turn.now());
        }
    }

    void onInstallFailed(long id, String reason, Turn turn) {
        takeInstalling(id).ifPresent(failed -> {
            turn.alert(Alert.INSTALL_CHILD_SA_FAILED);
            if (children.find(failed.child().id()).isPresent()) {
                children.remove(failed.child());
                turn.context().spis().release(failed.child().terms().spiIn());
            }
            refuse(failed.exchange(), failed.messageId(), failed.proof(), new ChildDecision.Refused(
                    NotifyPayload.of(NotifyType.NO_PROPOSAL_CHOSEN), reason), turn);
        });
    }

    private Optional<PeerExchange.Installing> takeInstalling(long id) {
        for (PeerExchange exchange : waiting) {
            if (exchange instanceof PeerExchange.Installing installing && installing.child().id() == id) {
                waiting.remove(exchange);
                asked = installing.path();
                return Optional.of(installing);
            }
        }
        return Optional.empty();
    }

    private ChildAnswer answerer(boolean initial, @Nullable ChildSa replaced, Turn turn) {
        Path path = turn.sa().path();
        ResourceDemands demands = new ResourceDemands(children, exchanges, waiting);
        return new ChildAnswer(connection, path, turn.sa().nat().any(), (config, selectors) ->
                turn.context().resources().assign(demands.of(config, selectors, path)),
                turn.context().limits(), turn.context().spis(), initial, replaced);
    }

    private Path path() {
        return Objects.requireNonNull(asked);
    }

    private void refuse(IkeMessage message, int notifyType, String reason, Turn turn) {
        refuse(message, NotifyPayload.of(notifyType), reason, turn);
    }

    private void refuse(IkeMessage message, NotifyPayload notice, String reason, Turn turn) {
        refuse(message.header().exchange(), message.header().messageId(), List.of(),
                new ChildDecision.Refused(notice, reason), turn);
    }

    private void refuse(int exchange, int messageId, List<Payload> head, ChildDecision.Refused refused, Turn turn) {
        turn.note(Group.IKE, "%s, sending %s", refused.reason(), NotifyType.name(refused.notice().notifyType()));
        List<Payload> payloads = new ArrayList<>(head);
        payloads.add(refused.notice());
        respond(exchange, messageId, payloads, turn);
    }

    private void respond(int exchange, int messageId, List<Payload> payloads, Turn turn) {
        turn.send(path(), channel.respond(exchange, messageId, payloads));
    }
}
