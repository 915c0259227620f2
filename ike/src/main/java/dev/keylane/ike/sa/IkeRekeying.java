package dev.keylane.ike.sa;

import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.exchange.Channel;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.proposal.KeGroup;
import dev.keylane.ike.sa.Effect.Group;
import dev.keylane.ike.sa.IkeRekeyOffer.Reply;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.NotifyType;

/** Rekeying the IKE SA as the one who asks for it, RFC 7296 §1.3.2. */
final class IkeRekeying {
    private final Connection connection;
    private final Channel channel;
    private final IkeRekeys rekeys;
    private final LocalExchanges exchanges;

    IkeRekeying(Connection connection, Channel channel, IkeRekeys rekeys, LocalExchanges exchanges) {
        this.connection = connection;
        this.channel = channel;
        this.rekeys = rekeys;
        this.exchanges = exchanges;
    }

    /** How far the exchange has come, by what it waits for. */
    sealed interface Stage {
        IkeRekeyOffer offer();

        record MakingKey(IkeRekeyOffer offer, KeGroup group, long ticket) implements Stage {
        }

        record AwaitingReply(IkeRekeyOffer offer, Crypto.KeyPair pair, int messageId) implements Stage {
        }

        record Agreeing(IkeRekeyOffer offer, Reply.Accepted reply, long ticket) implements Stage {
        }
    }

    void start(long request, Turn turn) {
        turn.note(Group.IKE, "rekeying IKE_SA %s[%s]", turn.sa().connectionName(), turn.sa().id());
        rekeys.asking();
        IkeRekeyOffer offer = IkeRekeyOffer.of(request, connection, turn);
        makeKey(offer, offer.groupLike(channel.suite().group()), turn);
    }

    private void makeKey(IkeRekeyOffer offer, KeGroup group, Turn turn) {
        enter(new Stage.MakingKey(offer, group, turn.run(new CryptoTask.Generate(group))));
    }

    private void enter(Stage stage) {
        exchanges.start(new LocalExchange.RekeyingIke(stage));
    }

    void onCrypto(Stage stage, CryptoResult result, Turn turn) {
        switch (result) {
            case CryptoResult.Generated generated when stage instanceof Stage.MakingKey making ->
                    send(making.offer(), generated.pair(), turn);
            case CryptoResult.Agreed agreed when stage instanceof Stage.Agreeing agreeing -> {
                Reply.Accepted reply = agreeing.reply();
                rekeys.asked(Successor.of(channel, reply.suite(), agreed.sharedSecret(), agreeing.offer().nonce(),
                        reply.nonce(), true, agreeing.offer().spi(), reply.spi(), turn));
                turn.done(agreeing.offer().request());
            }
            case CryptoResult.BadPeerValue _ -> split(stage.offer(), "the peer's key exchange value is invalid", turn);
            case CryptoResult.Generated _, CryptoResult.Agreed _ ->
                    throw new IllegalStateException("a result nobody asked for: " + stage);
        }
    }

    private void send(IkeRekeyOffer offer, Crypto.KeyPair pair, Turn turn) {
        if (exchanges.isClosing()) {
            pair.close();
            failed(offer, "the IKE_SA is being closed", turn);
            return;
        }
        int id = channel.nextRequestId();
        turn.send(channel.request(ExchangeType.CREATE_CHILD_SA, offer.payloads(pair), turn.now()));
        enter(new Stage.AwaitingReply(offer, pair, id));
    }

    void onReply(Stage stage, IkeMessage message, Turn turn) {
        Stage.AwaitingReply awaiting = (Stage.AwaitingReply) stage;
        IkeRekeyOffer offer = awaiting.offer();
        Crypto.KeyPair pair = awaiting.pair();
        switch (offer.examine(message, pair.group())) {
            case Reply.Accepted reply -> {
                turn.note(Group.CFG, "selected proposal: %s", reply.suite());
                enter(new Stage.Agreeing(offer, reply, turn.run(new CryptoTask.Agree(pair, reply.publicValue()))));
            }
            // Once: a peer that changes its mind again would keep us busy for ever.
            case Reply.OtherGroup other when pair.group() == offer.groupLike(channel.suite().group())
                    && other.group() != pair.group() -> {
                turn.note(Group.IKE, "peer didn't accept key exchange method %s, it requested %s", pair.group(),
                        other.group());
                pair.close();
                makeKey(offer, other.group(), turn);
            }
            case Reply.OtherGroup _ -> refused(awaiting, NotifyType.INVALID_KE_PAYLOAD, turn);
            case Reply.Refused refused -> refused(awaiting, refused.notifyType(), turn);
            case Reply.Unacceptable bad -> {
                pair.close();
                split(offer, bad.reason(), turn);
            }
        }
    }

    private void refused(Stage.AwaitingReply awaiting, int notifyType, Turn turn) {
        awaiting.pair().close();
        failed(awaiting.offer(), "received " + NotifyType.name(notifyType) + " notify error", turn);
    }

    /** The SA goes on until it is tried again; unless the peer has rekeyed it meanwhile, which is as good. */
    private void failed(IkeRekeyOffer offer, String reason, Turn turn) {
        rekeys.askedInVain(turn.context().random(), turn.now());
        if (rekeys.isPeerRekeying()) {
            turn.done(offer.request());
        } else {
            turn.note(Group.IKE, "rekeying IKE_SA %s[%s] failed: %s", turn.sa().connectionName(), turn.sa().id(),
                    reason);
            turn.failed(offer.request(), reason);
        }
    }

    /**
     * The peer has agreed, so in its eyes the children are on an SA that we cannot use: on the old one there is nothing
     * left to agree on. What is wanted comes back on a new one.
     */
    private void split(IkeRekeyOffer offer, String reason, Turn turn) {
        failed(offer, reason, turn);
        if (!rekeys.isPeerRekeying()) {
            exchanges.closeIke(0, turn);
        }
    }

    /** Lets go of an exchange under way. */
    static void discard(Stage stage) {
        if (stage instanceof Stage.AwaitingReply awaiting) {
            awaiting.pair().close();
        }
    }
}
