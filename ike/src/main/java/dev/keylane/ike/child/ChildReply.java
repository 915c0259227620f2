package dev.keylane.ike.child;

import dev.keylane.ike.policy.ChildConfig.Mode;
import dev.keylane.ike.proposal.EspSuite;
import dev.keylane.ike.proposal.KeGroup;
import dev.keylane.ike.proposal.Proposal;
import dev.keylane.ike.proposal.ProposalSelection;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.PayloadType;
import dev.keylane.ike.wire.payload.KePayload;
import dev.keylane.ike.wire.payload.NoncePayload;
import dev.keylane.ike.wire.payload.NotifyPayload;
import dev.keylane.ike.wire.payload.SaPayload;
import dev.keylane.ike.wire.payload.TsPayload;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What the peer made of a {@link ChildOffer}. */
public sealed interface ChildReply {
    /**
     * @param keyExchange the peer's public value, null without forward secrecy
     * @param nonce       empty in IKE_AUTH
     */
    record Accepted(ChildTerms terms, Resource resource, @Nullable KePayload keyExchange, Octets nonce)
            implements ChildReply {
    }

    /** RFC 7296 §1.3: try again with this group. */
    record OtherGroup(KeGroup group) implements ChildReply {
    }

    /** The peer refused; nothing was made. */
    record Refused(int notifyType) implements ChildReply {
    }

    /** The peer made an SA that we cannot take: it must be told to delete it. */
    record Unacceptable(String reason) implements ChildReply {
    }

    static ChildReply examine(ChildOffer offer, IkeMessage response, Path path, boolean udpEncap) {
        Optional<SaPayload> sa = response.first(SaPayload.class);
        if (sa.isEmpty()) {
            return refusal(offer, response);
        }
        List<Proposal> answers = sa.get().proposals();
        Optional<EspSuite> suite = answers.size() != 1 ? Optional.empty()
                : ProposalSelection.checkEspAnswer(offer.proposals(), answers.getFirst());
        if (suite.isEmpty() || !SpiPool.isUsable(SpiPool.of(answers.getFirst().spi()))) {
            return new Unacceptable("the peer's proposal is none of ours");
        }
        return accept(offer, response, suite.get(), SpiPool.of(answers.getFirst().spi()), path, udpEncap);
    }

    private static ChildReply accept(ChildOffer offer, IkeMessage response, EspSuite suite, int spiOut, Path path,
                                     boolean udpEncap) {
        boolean transport = response.notify(NotifyType.USE_TRANSPORT_MODE).isPresent();
        Mode mode = transport ? Mode.TRANSPORT : Mode.TUNNEL;
        Optional<Selectors> selectors = selectors(response)
                .map(theirs -> NatSelectors.asSeen(theirs, mode, path, udpEncap));
        if (selectors.filter(Selectors::isComplete).isEmpty()
                || !Narrowing.within(selectors.get().local(), offer.selectors().local())
                || !Narrowing.within(selectors.get().remote(), offer.selectors().remote())) {
            return new Unacceptable("the peer's selectors are not within ours");
        }
        // RFC 7296 §1.3.1: "If the responder declines the request, the Child SA will be established in tunnel mode. If
        // this is unacceptable to the initiator, the initiator MUST delete the SA."
        if (mode != offer.wish().config().mode()) {
            return new Unacceptable("the peer wants " + mode + " mode");
        }
        KePayload keyExchange = response.first(KePayload.class).orElse(null);
        Octets nonce = response.first(NoncePayload.class).map(NoncePayload::data).orElse(Octets.EMPTY);
        boolean keyMissing = suite.group() != null && (keyExchange == null || keyExchange.group() != suite.group().id());
        if (!offer.nonce().isEmpty() && (nonce.isEmpty() || keyMissing)) {
            return new Unacceptable("the peer's answer lacks a nonce or a key");
        }
        // RFC 9611 §4: a rekeyed SA keeps its resource, whether the notify is there or not.
        boolean agreed = ResourceInfo.in(response) || offer.wish().isRekey();
        Resource resource = agreed ? offer.wish().wanted() : Resource.NONE;
        ChildTerms terms = new ChildTerms(offer.spiIn(), spiOut, suite, mode, selectors.get(), udpEncap,
                sources(offer, response));
        return new Accepted(terms, resource, suite.group() == null ? null : keyExchange, nonce);
    }

    /** A peer that does not answer to our wish does not follow it. */
    private static UdpSources sources(ChildOffer offer, IkeMessage response) {
        OptionalInt theirs = offer.source();
        OptionalInt ours = EspSourcePort.in(response);
        return theirs.isEmpty() || ours.isEmpty() ? UdpSources.NONE
                : new UdpSources(true, ours.getAsInt(), theirs.getAsInt());
    }

    /** The peer's selectors in our view: we are the initiator, so TSi is ours. */
    private static Optional<Selectors> selectors(IkeMessage message) {
        return message.firstOf(PayloadType.TS_I, TsPayload.class)
                .flatMap(initiator -> message.firstOf(PayloadType.TS_R, TsPayload.class).map(
                        responder -> new Selectors(initiator.selectors(), responder.selectors())));
    }

    private static ChildReply refusal(ChildOffer offer, IkeMessage response) {
        Optional<NotifyPayload> error = response.notifies().stream()
                .filter(n -> NotifyType.isError(n.notifyType())).findFirst();
        if (error.isPresent() && error.get().notifyType() == NotifyType.INVALID_KE_PAYLOAD
                && error.get().data().length() == 2) {
            int id = error.get().data().get(0) << 8 | error.get().data().get(1);
            return KeGroup.of(id).filter(offer::offers).<ChildReply>map(OtherGroup::new)
                    .orElseGet(() -> new Refused(NotifyType.INVALID_KE_PAYLOAD));
        }
        return new Refused(error.map(NotifyPayload::notifyType).orElse(NotifyType.NO_PROPOSAL_CHOSEN));
    }
}
