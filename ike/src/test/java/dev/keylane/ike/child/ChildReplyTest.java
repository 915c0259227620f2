package dev.keylane.ike.child;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.proposal.KeGroup;
import dev.keylane.ike.proposal.Proposal;
import dev.keylane.ike.proposal.Transform;
import dev.keylane.ike.proposal.TransformType;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.IkeHeader;
import dev.keylane.ike.wire.IkeMessage;
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
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What a peer may answer to an offer, and what it may not. */
class ChildReplyTest {
    private static final Path PATH = new Path(new IpEndpoint(IpAddress.of("192.0.2.1"), 500),
            new IpEndpoint(IpAddress.of("198.51.100.2"), 500));
    private static final ChildConfig CONFIG = Configs.LEFT.withPerCpuSas()
            .suites("aes128-sha256-x25519", "aes128gcm16-x25519-ecp256-esn").book().connections().getFirst()
            .children().getFirst();
    private final ChildWish wish = ChildWish.of(1, CONFIG, Resource.cpu(2), 0);
    private final ChildOffer offer = ChildOffer.of(wish, 0xc0000001, CONFIG.proposals(),
            ChildOffer.selectors(wish, PATH), Octets.wrap(new byte[32]));

    @Test
    void theOfferAsksForWhatIsConfigured() {
        List<Payload> payloads = offer.payloads(Optional.empty(), Optional.empty());
        assertThat(payloads.getFirst()).isEqualTo(new SaPayload(offer.proposals()));
        assertThat(offer.proposals()).allMatch(p -> p.number() == 1 && p.spi().equals(SpiPool.octets(0xc0000001)));
        assertThat(offer.firstGroup()).contains(KeGroup.CURVE_25519);
        assertThat(offer.offers(KeGroup.ECP_256)).isTrue();
        assertThat(offer.offers(KeGroup.MODP_2048)).isFalse();
        assertThat(ChildOffer.inAuth(wish, 1, CONFIG.proposals(), PATH).firstGroup()).isEmpty();
    }

    @Test
    void theGoodAnswerIsTaken() {
        ChildReply.Accepted accepted = (ChildReply.Accepted) examine(good());
        assertThat(accepted.terms().spiOut()).isEqualTo(0xc0000009);
        assertThat(accepted.terms().suite().esn()).isTrue();
        assertThat(accepted.resource()).isEqualTo(Resource.NONE);
        ChildReply told = examine(with(good(), NotifyPayload.of(NotifyType.SA_RESOURCE_INFO)));
        assertThat(((ChildReply.Accepted) told).resource())
                .isEqualTo(Resource.cpu(2));
    }

    @Test
    void thePeersIdentifierDecidesNothing() {
        for (int length = 0; length <= 300; length++) {
            ChildReply told = examine(with(good(),
                    NotifyPayload.of(NotifyType.SA_RESOURCE_INFO, Octets.wrap(new byte[length]))));
            assertThat(((ChildReply.Accepted) told).resource()).as("%d octets", length).isEqualTo(Resource.cpu(2));
        }
    }

    @Test
    void badSpisAreNotTaken() {
        for (Octets spi : List.of(Octets.EMPTY, SpiPool.octets(0), SpiPool.octets(255), Octets.wrap(new byte[8]))) {
            assertUnacceptable(replaced(good(), SaPayload.class,
                    _ -> sa(p -> new Proposal(1, 3, spi, p.transforms()))));
        }
    }

    @Test
    void proposalsThatWereNotOfferedAreNotTaken() {
        assertUnacceptable(replaced(good(), SaPayload.class, _ -> sa(p -> p.numbered(2, p.spi()))));
        assertUnacceptable(replaced(good(), SaPayload.class,
                _ -> sa(p -> new Proposal(1, 2, p.spi(), p.transforms()))));
        assertUnacceptable(replaced(good(), SaPayload.class, _ -> sa(p -> without(p, TransformType.KE))));
        assertUnacceptable(replaced(good(), SaPayload.class, _ -> sa(p -> without(p, TransformType.ENCR))));
        assertUnacceptable(replaced(good(), SaPayload.class, sa -> new SaPayload(List.of(proposal(), proposal()))));
    }

    @Test
    void wideEmptyOrMissingSelectorsAreNotTaken() {
        TsPayload wide = new TsPayload(true, List.of(TrafficSelector.subnet(IpAddress.ANY_V4, 0)));
        assertUnacceptable(good().stream().map(p -> p instanceof TsPayload ts && ts.initiator() ? wide : p).toList());
        assertUnacceptable(replaced(good(), TsPayload.class, ts -> new TsPayload(ts.initiator(), List.of())));
        assertUnacceptable(good().stream().filter(p -> !(p instanceof TsPayload)).toList());
    }

    @Test
    void anotherModeOrNoKeyIsNotTaken() {
        assertUnacceptable(good().stream().filter(p -> !(p instanceof NotifyPayload)).toList());
        assertUnacceptable(good().stream().filter(p -> !(p instanceof KePayload)).toList());
        assertUnacceptable(good().stream().filter(p -> !(p instanceof NoncePayload)).toList());
        assertUnacceptable(replaced(good(), KePayload.class, ke -> new KePayload(19, ke.data())));
    }

    @Test
    void refusalsAreTold() {
        assertThat(examine(List.of(NotifyPayload.of(NotifyType.TS_MAX_QUEUE))))
                .isEqualTo(new ChildReply.Refused(NotifyType.TS_MAX_QUEUE));
        assertThat(examine(List.of())).isInstanceOf(ChildReply.Refused.class);
        assertThat(examine(List.of(group(19)))).isEqualTo(new ChildReply.OtherGroup(KeGroup.ECP_256));
        assertThat(examine(List.of(group(14)))).isEqualTo(new ChildReply.Refused(NotifyType.INVALID_KE_PAYLOAD));
        assertThat(examine(List.of(NotifyPayload.of(NotifyType.INVALID_KE_PAYLOAD))))
                .isEqualTo(new ChildReply.Refused(NotifyType.INVALID_KE_PAYLOAD));
        assertThat(examine(List.of(NotifyPayload.of(9999)))).isEqualTo(new ChildReply.Refused(9999));
    }

    private static NotifyPayload group(int id) {
        return NotifyPayload.of(NotifyType.INVALID_KE_PAYLOAD, Octets.of(0, id));
    }

    private static Proposal proposal() {
        Proposal offered = CONFIG.proposals().getFirst();
        List<Transform> picked = new ArrayList<>();
        for (Transform transform : offered.transforms()) {
            if (picked.stream().noneMatch(t -> t.type() == transform.type())) {
                picked.add(transform);
            }
        }
        return new Proposal(1, 3, SpiPool.octets(0xc0000009), picked);
    }

    private static SaPayload sa(UnaryOperator<Proposal> change) {
        return new SaPayload(List.of(change.apply(proposal())));
    }

    private static Proposal without(Proposal proposal, TransformType type) {
        return new Proposal(proposal.number(), proposal.protocol(), proposal.spi(),
                proposal.transforms().stream().filter(t -> !t.is(type)).toList());
    }

    private List<Payload> good() {
        return List.of(sa(p -> p), new NoncePayload(Octets.wrap(new byte[32])),
                new KePayload(31, Octets.wrap(new byte[32])), new TsPayload(true, offer.selectors().local()),
                new TsPayload(false, offer.selectors().remote()), NotifyPayload.of(NotifyType.USE_TRANSPORT_MODE));
    }

    private static List<Payload> with(List<Payload> payloads, Payload more) {
        List<Payload> all = new ArrayList<>(payloads);
        all.add(more);
        return all;
    }

    private static <P extends Payload> List<Payload> replaced(List<Payload> payloads, Class<P> kind,
                                                              UnaryOperator<P> by) {
        return payloads.stream().<Payload>map(p -> kind.isInstance(p) ? by.apply(kind.cast(p)) : p).toList();
    }

    private void assertUnacceptable(List<Payload> payloads) {
        assertThat(examine(payloads)).isInstanceOf(ChildReply.Unacceptable.class);
    }

    private ChildReply examine(List<Payload> payloads) {
        IkeHeader header = new IkeHeader(1, 2, ExchangeType.CREATE_CHILD_SA, false, true, 3);
        return ChildReply.examine(offer, new IkeMessage(header, payloads), PATH, false);
    }
}
