package dev.keylane.ike.sa;

import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.proposal.IkeSuite;
import dev.keylane.ike.proposal.KeGroup;
import dev.keylane.ike.proposal.Proposal;
import dev.keylane.ike.proposal.ProposalSelection;
import dev.keylane.ike.proposal.TransformType;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.KePayload;
import dev.keylane.ike.wire.payload.NoncePayload;
import dev.keylane.ike.wire.payload.NotifyPayload;
import dev.keylane.ike.wire.payload.Payload;
import dev.keylane.ike.wire.payload.SaPayload;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What we ask for when we rekey an IKE SA, RFC 7296 §1.3.2.
 *
 * @param request   whom to answer, 0 for nobody
 * @param spi       ours on the new SA
 * @param proposals numbered, with that SPI
 */
record IkeRekeyOffer(long request, long spi, List<Proposal> proposals, Octets nonce) {
    static IkeRekeyOffer of(long request, Connection connection, Turn turn) {
        long spi = turn.context().newIkeSpi();
        List<Proposal> numbered = new ArrayList<>();
        for (Proposal proposal : connection.proposals()) {
            numbered.add(proposal.numbered(numbered.size() + 1, octets(spi)));
        }
        return new IkeRekeyOffer(request, spi, List.copyOf(numbered),
                turn.context().random().octets(MakingInitKey.NONCE_SIZE));
    }

    /** What the peer made of it. */
    sealed interface Reply {
        /**
         * @param spi         the peer's
         * @param publicValue the peer's
         */
        record Accepted(IkeSuite suite, long spi, Octets nonce, Octets publicValue) implements Reply {
        }

        /** RFC 7296 §1.3: try again with this group. */
        record OtherGroup(KeGroup group) implements Reply {
        }

        record Refused(int notifyType) implements Reply {
        }

        /** The peer agreed to what was not asked. */
        record Unacceptable(String reason) implements Reply {
        }
    }

    /** The group in use is the likeliest to be accepted; otherwise the first of ours. */
    KeGroup groupLike(KeGroup current) {
        return groups().filter(current::equals).findFirst().or(() -> groups().findFirst()).orElseThrow();
    }

    private Stream<KeGroup> groups() {
        return proposals.stream().flatMap(p -> p.ofType(TransformType.KE).stream())
                .flatMap(t -> KeGroup.of(t.id()).stream());
    }

    List<Payload> payloads(Crypto.KeyPair pair) {
        return List.of(new SaPayload(proposals), new NoncePayload(nonce),
                new KePayload(pair.group().id(), pair.publicValue()));
    }

    Reply examine(IkeMessage response, KeGroup asked) {
        Optional<SaPayload> sa = response.first(SaPayload.class);
        if (sa.isEmpty()) {
            return refusal(response);
        }
        List<Proposal> answers = sa.get().proposals();
        Optional<IkeSuite> suite = answers.size() != 1 ? Optional.empty()
                : ProposalSelection.checkIkeAnswer(proposals, answers.getFirst());
        long theirs = answers.isEmpty() ? 0 : spi(answers.getFirst());
        Optional<KePayload> key = response.first(KePayload.class);
        Optional<NoncePayload> nonce = response.first(NoncePayload.class);
        if (suite.isEmpty() || theirs == 0) {
            return new Reply.Unacceptable("the peer's proposal is none of ours");
        }
        // RFC 7296 §1.3.2: "The KE payload MUST be included".
        if (nonce.isEmpty() || suite.get().group() != asked || key.isEmpty() || key.get().group() != asked.id()) {
            return new Reply.Unacceptable("the peer's answer lacks a nonce or a key");
        }
        return new Reply.Accepted(suite.get(), theirs, nonce.get().data(), key.get().data());
    }

    private Reply refusal(IkeMessage response) {
        Optional<NotifyPayload> error = response.notifies().stream()
                .filter(n -> NotifyType.isError(n.notifyType())).findFirst();
        if (error.isPresent() && error.get().notifyType() == NotifyType.INVALID_KE_PAYLOAD
                && error.get().data().length() == 2) {
            int id = error.get().data().get(0) << 8 | error.get().data().get(1);
            return groups().filter(group -> group.id() == id).findFirst().<Reply>map(Reply.OtherGroup::new)
                    .orElseGet(() -> new Reply.Refused(NotifyType.INVALID_KE_PAYLOAD));
        }
        return new Reply.Refused(error.map(NotifyPayload::notifyType).orElse(NotifyType.NO_PROPOSAL_CHOSEN));
    }

    static Octets octets(long spi) {
        return Octets.wrap(ByteBuffer.allocate(Long.BYTES).putLong(spi).array());
    }

    /** The SPI of a proposal, 0 when it is not one of IKE. */
    static long spi(Proposal proposal) {
        return proposal.spi().length() != Long.BYTES ? 0 : ByteBuffer.wrap(proposal.spi().borrow()).getLong();
    }
}
