package dev.keylane.ike.sa;

import dev.keylane.ike.child.ChildDecision;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.exchange.Channel;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.proposal.Chosen;
import dev.keylane.ike.proposal.IkeSuite;
import dev.keylane.ike.proposal.Proposal;
import dev.keylane.ike.proposal.ProposalSelection;
import dev.keylane.ike.sa.Effect.Group;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.KePayload;
import dev.keylane.ike.wire.payload.NoncePayload;
import dev.keylane.ike.wire.payload.NotifyPayload;
import dev.keylane.ike.wire.payload.SaPayload;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rekeying the IKE SA because the peer asks for it, RFC 7296 §1.3.2 and §2.25.2. */
final class IkeRekeyAnswer {
    private final Connection connection;
    private final Channel channel;
    private final IkeRekeys rekeys;
    private @Nullable Agreeing waiting;

    IkeRekeyAnswer(Connection connection, Channel channel, IkeRekeys rekeys) {
        this.connection = connection;
        this.channel = channel;
        this.rekeys = rekeys;
    }

    /**
     * The shared secret is being computed.
     *
     * @param path the way the request came, which the answer goes back
     */
    private record Agreeing(int messageId, Path path, Chosen<IkeSuite> chosen, Octets nonceI, Octets nonceR,
                            long ticket) {
    }

    /**
     * Begins to answer, or tells why not.
     *
     * @param message with SA and nonce
     */
    Optional<ChildDecision.Refused> on(IkeMessage message, Path path, Turn turn) {
        if (rekeys.isPeerRekeying()) {
            return refused(NotifyType.TEMPORARY_FAILURE, "the IKE_SA is being rekeyed already");
        }
        // A proposal without a usable SPI cannot be chosen.
        List<Proposal> offered = message.first(SaPayload.class).orElseThrow().proposals().stream()
                .filter(proposal -> IkeRekeyOffer.spi(proposal) != 0).toList();
        Optional<Chosen<IkeSuite>> chosen = ProposalSelection.ike(connection.proposals(), offered, true);
        if (chosen.isEmpty()) {
            return refused(NotifyType.NO_PROPOSAL_CHOSEN, "received proposals unacceptable");
        }
        IkeSuite suite = chosen.get().suite();
        Optional<KePayload> key = message.first(KePayload.class)
                .filter(payload -> payload.group() == suite.group().id());
        if (key.isEmpty()) {
            int group = suite.group().id();
            return Optional.of(new ChildDecision.Refused(
                    NotifyPayload.of(NotifyType.INVALID_KE_PAYLOAD, Octets.of(group >> 8, group & 0xff)),
                    "the key exchange is not of group " + suite.group()));
        }
        turn.note(Group.IKE, "%s is rekeying IKE_SA %s[%s]", path.remote().address(), connection.name(),
                turn.sa().id());
        turn.note(Group.CFG, "selected proposal: %s", suite);
        rekeys.answering();
        waiting = new Agreeing(message.header().messageId(), path, chosen.get(),
                message.first(NoncePayload.class).orElseThrow().data(),
                turn.context().random().octets(MakingInitKey.NONCE_SIZE),
                turn.run(new CryptoTask.GenerateAndAgree(suite.group(), key.get().data())));
        return Optional.empty();
    }

    private static Optional<ChildDecision.Refused> refused(int notifyType, String reason) {
        return Optional.of(new ChildDecision.Refused(NotifyPayload.of(notifyType), reason));
    }

    boolean onCrypto(SaEvent.CryptoDone done, Turn turn) {
        Agreeing agreeing = waiting;
        if (agreeing == null || agreeing.ticket() != done.ticket()) {
            return false;
        }
        waiting = null;
        if (done.result() instanceof CryptoResult.Agreed agreed) {
            accept(agreeing, agreed.sharedSecret(), agreed.ownPublic(), turn);
        } else {
            rekeys.answeredInVain();
            turn.note(Group.IKE, "the key exchange value is invalid, sending NO_PROPOSAL_CHOSEN");
            turn.send(agreeing.path(), channel.respond(ExchangeType.CREATE_CHILD_SA, agreeing.messageId(),
                    List.of(NotifyPayload.of(NotifyType.NO_PROPOSAL_CHOSEN))));
        }
        return true;
    }

    private void accept(Agreeing agreeing, Secret shared, Octets ownPublic, Turn turn) {
        Proposal answer = agreeing.chosen().answer();
        IkeSuite suite = agreeing.chosen().suite();
        long spi = turn.context().newIkeSpi();
        Successor made = Successor.of(channel, suite, shared, agreeing.nonceI(), agreeing.nonceR(), false, spi,
                IkeRekeyOffer.spi(answer), turn);
        turn.send(agreeing.path(), channel.respond(ExchangeType.CREATE_CHILD_SA, agreeing.messageId(), List.of(
                new SaPayload(List.of(answer.numbered(answer.number(), IkeRekeyOffer.octets(spi)))),
                new NoncePayload(agreeing.nonceR()), new KePayload(suite.group().id(), ownPublic))));
        if (rekeys.isAsking()) {
            turn.at(made.sa()).sa().enter(new Candidate(turn.sa(), made.channel()));
        }
        rekeys.answered(made);
    }

    boolean isBusy() {
        return waiting != null;
    }
}
