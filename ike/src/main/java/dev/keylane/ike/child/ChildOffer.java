package dev.keylane.ike.child;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.ChildConfig.Mode;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.policy.TsPattern;
import dev.keylane.ike.proposal.KeGroup;
import dev.keylane.ike.proposal.Proposal;
import dev.keylane.ike.proposal.Proposals;
import dev.keylane.ike.proposal.ProtocolId;
import dev.keylane.ike.proposal.TransformType;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.KePayload;
import dev.keylane.ike.wire.payload.NoncePayload;
import dev.keylane.ike.wire.payload.NotifyPayload;
import dev.keylane.ike.wire.payload.Payload;
import dev.keylane.ike.wire.payload.SaPayload;
import dev.keylane.ike.wire.payload.TsPayload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What we ask a peer for as initiator of a Child SA.
 *
 * @param proposals numbered, with our SPI
 * @param selectors what we want, ours first
 * @param nonce     empty in IKE_AUTH, whose nonces are those of IKE_SA_INIT
 * @param source    the UDP port that the peer is to send from, empty when nothing is said of it
 */
public record ChildOffer(ChildWish wish, int spiIn, List<Proposal> proposals, Selectors selectors, Octets nonce,
                         OptionalInt source) {
    /** An offer for IKE_AUTH: RFC 7296 §1.2, no key exchange, so no transforms for one. */
    public static ChildOffer inAuth(ChildWish wish, int spiIn, List<Proposal> proposals, Path path) {
        return of(wish, spiIn, Proposals.withoutKe(proposals), selectors(wish, path), Octets.EMPTY);
    }

    /** An offer for CREATE_CHILD_SA. */
    public static ChildOffer of(ChildWish wish, int spiIn, List<Proposal> proposals, Selectors selectors,
                                Octets nonce) {
        List<Proposal> numbered = new ArrayList<>(proposals.size());
        for (Proposal proposal : proposals) {
            numbered.add(proposal.numbered(numbered.size() + 1, SpiPool.octets(spiIn)));
        }
        return new ChildOffer(wish, spiIn, List.copyOf(numbered), selectors, nonce, OptionalInt.empty());
    }

    public ChildOffer from(OptionalInt port) {
        return new ChildOffer(wish, spiIn, proposals, selectors, nonce, port);
    }

    public static Selectors selectors(ChildWish wish, Path path) {
        ChildConfig config = wish.config();
        return new Selectors(offered(config, config.localTs(), path.local().address()),
                offered(config, config.remoteTs(), path.remote().address()));
    }

    /** A payload wants at least one selector; it is the peer who refuses those that do not hold the host. */
    private static List<TrafficSelector> offered(ChildConfig config, List<TsPattern> patterns, IpAddress address) {
        List<TrafficSelector> carried = Narrowing.carried(config.mode(), patterns, address);
        return carried.isEmpty() ? Narrowing.resolve(patterns, address) : carried;
    }

    /** The group of the first proposal that wants forward secrecy. */
    public Optional<KeGroup> firstGroup() {
        return proposals.stream().flatMap(p -> p.ofType(TransformType.KE).stream())
                .flatMap(t -> KeGroup.of(t.id()).stream()).findFirst();
    }

    public boolean offers(KeGroup group) {
        return proposals.stream().flatMap(p -> p.ofType(TransformType.KE).stream()).anyMatch(t -> t.id() == group.id());
    }

    /**
     * The payloads, in the order of RFC 7296 §1.3.1.
     *
     * @param keyExchange empty without forward secrecy
     * @param resource    SA_RESOURCE_INFO, empty for an ordinary SA
     */
    public List<Payload> payloads(Optional<KePayload> keyExchange, Optional<NotifyPayload> resource) {
        List<Payload> payloads = new ArrayList<>(10);
        ChildSa replaces = wish.replaces();
        if (replaces != null) {
            // RFC 7296 §2.8: REKEY_SA names the SA by the SPI "the exchange initiator would expect in inbound packets".
            payloads.add(new NotifyPayload(ProtocolId.ESP.id(), SpiPool.octets(replaces.terms().spiIn()),
                    NotifyType.REKEY_SA, Octets.EMPTY));
        }
        payloads.add(new SaPayload(proposals));
        if (!nonce.isEmpty()) {
            payloads.add(new NoncePayload(nonce));
        }
        keyExchange.ifPresent(payloads::add);
        payloads.add(new TsPayload(true, selectors.local()));
        payloads.add(new TsPayload(false, selectors.remote()));
        if (wish.config().mode() == Mode.TRANSPORT) {
            payloads.add(NotifyPayload.of(NotifyType.USE_TRANSPORT_MODE));
        }
        resource.ifPresent(payloads::add);
        source.ifPresent(port -> payloads.add(EspSourcePort.notify(port)));
        return payloads;
    }
}
