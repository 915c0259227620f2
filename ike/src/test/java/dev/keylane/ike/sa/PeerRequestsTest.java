package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.auth.PskAuth;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.ChildWish;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.ResourceAssignment;
import dev.keylane.ike.child.ResourceInfo;
import dev.keylane.ike.child.SpiChoice;
import dev.keylane.ike.child.SpiPool;
import dev.keylane.ike.crypto.IkeKeys;
import dev.keylane.ike.crypto.KeySchedule;
import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.crypto.jca.JcaCrypto;
import dev.keylane.ike.exchange.Channel;
import dev.keylane.ike.exchange.Inbound;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.proposal.IkeSuite;
import dev.keylane.ike.proposal.KeGroup;
import dev.keylane.ike.proposal.PrfAlgorithm;
import dev.keylane.ike.proposal.Proposal;
import dev.keylane.ike.proposal.ProposalText;
import dev.keylane.ike.proposal.ProtocolId;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.SeededRandom;
import dev.keylane.ike.wire.Decoded;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.MessageCodec;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.DeletePayload;
import dev.keylane.ike.wire.payload.KePayload;
import dev.keylane.ike.wire.payload.IdPayload;
import dev.keylane.ike.wire.payload.NoncePayload;
import dev.keylane.ike.wire.payload.NotifyPayload;
import dev.keylane.ike.wire.payload.Payload;
import dev.keylane.ike.wire.payload.SaPayload;
import dev.keylane.ike.wire.payload.TsPayload;
import dev.keylane.ike.wire.payload.UnknownPayload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** An established SA and a peer that sends what no core of ours would. */
class PeerRequestsTest {
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private static final Path PATH = new Path(new IpEndpoint(IpAddress.of("198.51.100.2"), 500),
            new IpEndpoint(IpAddress.of("192.0.2.1"), 500));
    private static final IkeSuite SUITE = new IkeSuite(EncryptionAlgorithm.AES_GCM_16, 128,
            PrfAlgorithm.PRF_HMAC_SHA2_256, null, KeGroup.CURVE_25519);
    private final JcaCrypto crypto = new JcaCrypto();
    private int firstId = 1;
    private Channel peer = channel(true);
    private final SaContext context = new SaContext(crypto, new SeededRandom(3), EndpointSettings.DEFAULT,
            demand -> demand.existing().size() >= 2 ? new ResourceAssignment.Answer.QueueFull()
                    : new ResourceAssignment.Answer.Assigned(
                            demand.existing().isEmpty() ? Resource.FALLBACK : Resource.cpu(0)), SpiChoice.ANY);
    private final IkeSa sa = IkeSa.responder(1, 2, 1, PATH, Instant.EPOCH);
    private final List<Effect> effects = new ArrayList<>();

    PeerRequestsTest() {
        establish("aes128gcm16");
    }

    private void establish(String esp) {
        peer = channel(true);
        Channel own = channel(false);
        Octets first = peer.request(ExchangeType.IKE_AUTH, List.of(), NOW).datagrams().getFirst();
        own.receive(decode(first), first, NOW);
        Octets answer = own.respond(ExchangeType.IKE_AUTH, firstId, List.of()).datagrams().getFirst();
        peer.receive(decode(answer), answer, NOW);
        Connection connection = Configs.RIGHT.withPerCpuSas().suites("aes128gcm16-prfsha256-x25519", esp).book()
                .connections().getFirst();
        IdPayload id = new IdPayload(true, Identification.parse("host1"));
        Secret key = Secret.copyOf(new byte[] {1});
        Octets auth = PskAuth.compute(crypto, SUITE.prf(), key, Octets.EMPTY, Octets.EMPTY, key, id);
        sa.connection(connection);
        sa.enter(Established.enter(connection, own, Identification.parse("host2"), PskAuth.verify(crypto,
                SUITE.prf(), key, Octets.EMPTY, Octets.EMPTY, key, id, auth).orElseThrow(), turn()));
    }

    @Test
    void rekeyingTheIkeSaIsPutOffWhileAChildIsClosed() {
        ChildSa child = create(0xc0000001);
        sa.on(new SaEvent.CloseChild(0, child.id(), false), turn());
        assertThat(onlyNotify(ask(ExchangeType.CREATE_CHILD_SA, ike(Octets.of(1, 2, 3, 4, 5, 6, 7, 8)), nonce(),
                new KePayload(31, Octets.wrap(new byte[32]))))).isEqualTo(NotifyType.TEMPORARY_FAILURE);
        assertThat(sa.state()).isInstanceOf(Established.class);
    }

    @Test
    void rekeyingTheIkeSaNeedsAnSpiAKeyAndItsGroup() {
        KePayload key = new KePayload(31, Octets.wrap(new byte[32]));
        for (Octets spi : List.of(Octets.EMPTY, Octets.of(1, 2, 3, 4), Octets.wrap(new byte[8]))) {
            assertThat(onlyNotify(ask(ExchangeType.CREATE_CHILD_SA, ike(spi), nonce(), key)))
                    .isEqualTo(NotifyType.NO_PROPOSAL_CHOSEN);
        }
        Payload good = ike(Octets.of(1, 2, 3, 4, 5, 6, 7, 8));
        assertThat(onlyNotify(ask(ExchangeType.CREATE_CHILD_SA, good, nonce(),
                new KePayload(19, Octets.wrap(new byte[64]))))).isEqualTo(NotifyType.INVALID_KE_PAYLOAD);
        assertThat(sa.state()).isInstanceOf(Established.class);
        assertThat(onlyNotify(ask(ExchangeType.CREATE_CHILD_SA, good, nonce()))).isEqualTo(NotifyType.INVALID_SYNTAX);
    }

    private static Payload ike(Octets spi) {
        return new SaPayload(List.of(ProposalText.parseIke("aes128gcm16-prfsha256-x25519").orElseThrow().getFirst()
                .numbered(1, spi)));
    }

    @Test
    void aLimitIsNoObstacleToARekeyingWhichKeepsTheResource() {
        create(0xc0000001);
        ChildSa second = create(0xc0000002);
        assertThat(second.resource()).isEqualTo(Resource.cpu(0));
        assertThat(onlyNotify(ask(ExchangeType.CREATE_CHILD_SA, child(0xc0000003)))).isEqualTo(NotifyType.TS_MAX_QUEUE);
        ask(ExchangeType.CREATE_CHILD_SA, with(child(0xc0000004), rekey(0xc0000002)));
        assertThat(installed().resource()).isEqualTo(second.resource());
    }

    /** RFC 9611 §5.1: the peer's identifier is for its own use; it decides nothing, in a rekeying neither, however long it is. */
    @Test
    void identifiersOfAnyLengthDecideNothing() {
        SeededRandom random = new SeededRandom(9611);
        create(0xc0000001);
        IntStream.concat(IntStream.rangeClosed(0, 300), IntStream.of(1000, 20_000)).forEach(length -> {
            int spi = 0xc0000002 + 2 * length;
            IkeMessage answer = ask(ExchangeType.CREATE_CHILD_SA, child(spi, random.octets(length)));
            assertThat(ResourceInfo.in(answer)).as("%d octets", length).isTrue();
            assertThat(installed().resource()).isEqualTo(Resource.cpu(0));
            ask(ExchangeType.CREATE_CHILD_SA, with(child(spi + 1, random.octets(length)), rekey(spi)));
            assertThat(installed()).returns(Resource.cpu(0), ChildSa::resource)
                    .returns(spi + 1, child -> child.terms().spiOut());
            ask(ExchangeType.INFORMATIONAL, new DeletePayload(3, List.of(SpiPool.octets(spi), SpiPool.octets(spi + 1))));
        });
    }

    @Test
    void anUnknownChildCannotBeRekeyed() {
        IkeMessage answer = ask(ExchangeType.CREATE_CHILD_SA, with(child(0xc0000001), rekey(0xc0000009)));
        assertThat(onlyNotify(answer)).isEqualTo(NotifyType.CHILD_SA_NOT_FOUND);
        assertThat(answer.notifies().getFirst().spi()).isEqualTo(SpiPool.octets(0xc0000009));
    }

    @Test
    void reservedSpisAreRefused() {
        for (int spi : new int[] {0, 1, 255}) {
            assertThat(onlyNotify(ask(ExchangeType.CREATE_CHILD_SA, child(spi))))
                    .isEqualTo(NotifyType.NO_PROPOSAL_CHOSEN);
        }
        create(256);
    }

    @Test
    void nothingNewIsMadeOnAnIkeSaThatIsBeingClosed() {
        sa.on(new SaEvent.CloseIke(0, false), turn());
        assertThat(onlyNotify(ask(ExchangeType.CREATE_CHILD_SA, child(0xc0000001))))
                .isEqualTo(NotifyType.TEMPORARY_FAILURE);
    }

    @Test
    void deletesOfOtherProtocolsAndUnknownSpisAreAnsweredWithoutEffect() {
        ChildSa child = create(0xc0000001);
        Octets spi = SpiPool.octets(0xc0000001);
        assertThat(ask(ExchangeType.INFORMATIONAL, new DeletePayload(ProtocolId.AH.id(), List.of(spi))).payloads())
                .isEmpty();
        assertThat(ask(ExchangeType.INFORMATIONAL, new DeletePayload(3, List.of(SpiPool.octets(7)))).payloads())
                .isEmpty();
        assertThat(effects).noneMatch(Effect.RemoveChild.class::isInstance);
        assertThat(ask(ExchangeType.INFORMATIONAL, new DeletePayload(3, List.of(spi, spi))).payloads())
                .containsExactly(new DeletePayload(3, List.of(SpiPool.octets(child.terms().spiIn()))));
        assertThat(context.spis().isEmpty()).isTrue();
    }

    @Test
    void aThousandSpisInOneMessageAreAnswered() {
        Payload[] deletes = new Payload[4];
        Arrays.setAll(deletes, n -> new DeletePayload(3, IntStream.range(1, 257)
                .mapToObj(i -> SpiPool.octets(n * 1000 + i)).toList()));
        assertThat(ask(ExchangeType.INFORMATIONAL, deletes).payloads()).isEmpty();
    }

    /** RFC 7296 §2.21.3. */
    @Test
    void invalidSyntaxEndsTheIkeSaOnBothSides() {
        create(0xc0000001);
        assertThat(onlyNotify(ask(ExchangeType.CREATE_CHILD_SA, nonce()))).isEqualTo(NotifyType.INVALID_SYNTAX);
        assertThat(effects).anyMatch(Effect.IkeDown.class::isInstance).anyMatch(Effect.RemoveChild.class::isInstance);
        assertThat(context.spis().isEmpty()).isTrue();
    }

    @Test
    void aChildWithoutSelectorsIsInvalidSyntax() {
        Payload[] child = child(0xc0000001);
        assertThat(onlyNotify(ask(ExchangeType.CREATE_CHILD_SA, child[0], child[1], child[2])))
                .isEqualTo(NotifyType.INVALID_SYNTAX);
    }

    @Test
    void anUnknownCriticalPayloadEndsTheIkeSa() {
        IkeMessage answer = ask(ExchangeType.INFORMATIONAL, new UnknownPayload(200, true, Octets.EMPTY));
        assertThat(onlyNotify(answer)).isEqualTo(NotifyType.UNSUPPORTED_CRITICAL_PAYLOAD);
        assertThat(answer.notifies().getFirst().data()).isEqualTo(Octets.of(200));
        assertThat(sa.state()).isInstanceOf(Closed.class);
    }

    @Test
    void authenticationFailedInARequestEndsTheIkeSa() {
        assertThat(ask(ExchangeType.INFORMATIONAL, NotifyPayload.of(NotifyType.AUTHENTICATION_FAILED)).payloads())
                .isEmpty();
        assertThat(sa.state()).isInstanceOf(Closed.class);
    }

    @Test
    void unknownStatusNotifiesAreNothing() {
        assertThat(ask(ExchangeType.INFORMATIONAL, NotifyPayload.of(40_000)).payloads()).isEmpty();
        assertThat(sa.state()).isInstanceOf(Established.class);
    }

    @Test
    void aPeerMayAskForAnotherGroupOnce() {
        establish("aes128gcm16-x25519-ecp256");
        want();
        answer(NotifyPayload.of(NotifyType.INVALID_KE_PAYLOAD, Octets.of(0, 19)));
        assertThat(effects).noneMatch(Effect.ChildFailed.class::isInstance);
        answer(NotifyPayload.of(NotifyType.INVALID_KE_PAYLOAD, Octets.of(0, 31)));
        assertThat(effects).contains(new Effect.RequestDone(9, "received INVALID_KE_PAYLOAD notify error"));
        assertThat(context.spis().isEmpty()).isTrue();
        assertThat(sa.state()).isInstanceOf(Established.class);
    }

    @Test
    void invalidSyntaxInAnAnswerEndsTheIkeSaToo() {
        want();
        answer(NotifyPayload.of(NotifyType.INVALID_SYNTAX));
        assertThat(effects).contains(new Effect.RequestDone(9, "deleted")).anyMatch(Effect.IkeDown.class::isInstance);
        assertThat(context.spis().isEmpty()).isTrue();
    }

    @Test
    void aRequestBeyondTheWindowIsDroppedAndCounted() {
        peer.request(ExchangeType.INFORMATIONAL, List.of(), NOW).datagrams();
        Octets early = peer.request(ExchangeType.INFORMATIONAL, List.of(), NOW).datagrams().getFirst();
        sa.on(new SaEvent.Received(decode(early), early, PATH), turn());
        assertThat(effects).endsWith(new Effect.Dropped(DropReason.OUT_OF_WINDOW, PATH.remote()));
    }

    @Test
    void messageIdsDoNotWrap() {
        firstId = 0xfffefffe;
        establish("aes128gcm16");
        ask(ExchangeType.INFORMATIONAL);
        assertThat(sa.view().state()).isEqualTo(IkeSaView.State.ESTABLISHED);
        Octets last = peer.request(ExchangeType.INFORMATIONAL, List.of(), NOW).datagrams().getFirst();
        sa.on(new SaEvent.Received(decode(last), last, PATH), turn());
        assertThat(sa.view().state()).isEqualTo(IkeSaView.State.DELETING);
        assertThat(effects).filteredOn(Effect.SendDatagram.class::isInstance).hasSize(3);
    }

    @Test
    void halfOfTheMessageIdsAreEnough() {
        firstId = 0x7ffffffe;
        establish("aes128gcm16");
        ask(ExchangeType.INFORMATIONAL);
        assertThat(sa.deadline().filter(NOW::equals)).isEmpty();
        ask(ExchangeType.INFORMATIONAL);
        assertThat(sa.deadline()).contains(NOW);
        sa.on(new SaEvent.TimeReached(), turn());
        assertThat(sa.view().state()).isEqualTo(IkeSaView.State.REKEYING);
        compute();
        answer(NotifyPayload.of(NotifyType.TEMPORARY_FAILURE));
        ask(ExchangeType.INFORMATIONAL);
        assertThat(sa.view().state()).isEqualTo(IkeSaView.State.ESTABLISHED);
        assertThat(sa.deadline()).hasValueSatisfying(at -> assertThat(at).isAfter(NOW.plusSeconds(4)));
    }

    private void want() {
        ChildConfig config = Objects.requireNonNull(sa.connection()).children().getFirst();
        sa.on(new SaEvent.WantChild(ChildWish.of(9, config, Resource.NONE, 0)), turn());
        compute();
    }

    /** Answers our latest request. */
    private void answer(Payload payload) {
        Octets request = effects.stream().filter(Effect.SendDatagram.class::isInstance)
                .map(effect -> ((Effect.SendDatagram) effect).datagram()).reduce((_, later) -> later).orElseThrow();
        IkeMessage asked = ((Inbound.Request) peer.receive(decode(request), request, NOW)).message();
        Octets answer = peer.respond(asked.header().exchange(), asked.header().messageId(), List.of(payload)).datagrams().getFirst();
        sa.on(new SaEvent.Received(decode(answer), answer, PATH), turn());
        compute();
    }

    private void compute() {
        if (effects.getLast() instanceof Effect.RunCrypto run) {
            sa.on(new SaEvent.CryptoDone(run.ticket(), CryptoResult.of(run.task(), crypto)), turn());
        }
    }

    private ChildSa create(int spi) {
        ask(ExchangeType.CREATE_CHILD_SA, child(spi));
        return installed();
    }

    private ChildSa installed() {
        Effect.InstallChild last = effects.stream().filter(Effect.InstallChild.class::isInstance)
                .map(Effect.InstallChild.class::cast).reduce((_, later) -> later).orElseThrow();
        return last.child();
    }

    private Payload[] child(int spi) {
        return child(spi, Octets.EMPTY);
    }

    private Payload[] child(int spi, Octets resourceId) {
        Proposal esp = ProposalText.parseEsp("aes128gcm16").orElseThrow().getFirst().numbered(1, SpiPool.octets(spi));
        return new Payload[] {new SaPayload(List.of(esp)), nonce(),
            new TsPayload(true, List.of(TrafficSelector.subnet(PATH.remote().address(), 32))),
            new TsPayload(false, List.of(TrafficSelector.subnet(PATH.local().address(), 32))),
            NotifyPayload.of(NotifyType.USE_TRANSPORT_MODE), NotifyPayload.of(NotifyType.SA_RESOURCE_INFO, resourceId)};
    }

    private static Payload nonce() {
        return new NoncePayload(Octets.wrap(new byte[32]));
    }

    private static Payload rekey(int spi) {
        return new NotifyPayload(3, SpiPool.octets(spi), NotifyType.REKEY_SA, Octets.EMPTY);
    }

    private static Payload[] with(Payload[] payloads, Payload more) {
        Payload[] all = Arrays.copyOf(payloads, payloads.length + 1);
        all[payloads.length] = more;
        return all;
    }

    /** Sends the request, lets the kernel take what is to be installed, and opens the answer. */
    private IkeMessage ask(int exchange, Payload... payloads) {
        Octets request = peer.request(exchange, List.of(payloads), NOW).datagrams().getFirst();
        int before = effects.size();
        sa.on(new SaEvent.Received(decode(request), request, PATH), turn());
        for (Effect effect : List.copyOf(effects.subList(before, effects.size()))) {
            if (effect instanceof Effect.InstallChild install) {
                install.keys().close();
                sa.on(new SaEvent.Installed(install.child().id()), turn());
            }
        }
        Octets answer = effects.subList(before, effects.size()).stream().filter(Effect.SendDatagram.class::isInstance)
                .map(effect -> ((Effect.SendDatagram) effect).datagram()).findFirst().orElseThrow();
        return ((Inbound.Response) peer.receive(decode(answer), answer, NOW)).message();
    }

    private static int onlyNotify(IkeMessage answer) {
        assertThat(answer.payloads()).hasSize(1);
        return answer.notifies().getFirst().notifyType();
    }

    private static IkeMessage decode(Octets datagram) {
        return ((Decoded.Ok) MessageCodec.decode(datagram)).message();
    }

    private Turn turn() {
        return new Turn(sa, context, NOW, effects);
    }

    private Channel channel(boolean initiator) {
        IkeKeys keys = KeySchedule.initial(crypto, SUITE, Secret.copyOf(new byte[32]), Octets.of(1), Octets.of(2), 1,
                2);
        return new Channel(crypto, new SeededRandom(5), EndpointSettings.Retransmission.DEFAULT, initiator, 1, 2, SUITE,
                keys, firstId);
    }
}
