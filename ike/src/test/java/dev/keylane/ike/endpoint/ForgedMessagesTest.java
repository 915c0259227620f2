package dev.keylane.ike.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.sa.DropReason;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Host;
import dev.keylane.ike.sim.Link.Weather;
import dev.keylane.ike.sim.Pair;
import dev.keylane.ike.wire.Decoded;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.IkeHeader;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.MessageCodec;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.NoncePayload;
import dev.keylane.ike.wire.payload.NotifyPayload;
import dev.keylane.ike.wire.payload.Payload;
import dev.keylane.ike.wire.payload.UnknownPayload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Well-formed messages from somebody who holds no key. */
class ForgedMessagesTest {
    private static final IpEndpoint STRANGER = new IpEndpoint(IpAddress.of("203.0.113.66"), 4711);
    private static final List<Payload> SOME = List.of(NotifyPayload.of(NotifyType.INITIAL_CONTACT));
    private static final Configs LEFT = Configs.LEFT.suites("aes128-sha256-x25519-ecp256", "aes128gcm16");
    private static final Configs RIGHT = Configs.RIGHT.suites("aes128-sha256-x25519-ecp256", "aes128gcm16");

    @ParameterizedTest
    @ValueSource(ints = {NotifyType.NO_PROPOSAL_CHOSEN, NotifyType.INVALID_SYNTAX, NotifyType.INVALID_IKE_SPI,
            NotifyType.AUTHENTICATION_FAILED, NotifyType.INVALID_KE_PAYLOAD, NotifyType.UNSUPPORTED_CRITICAL_PAYLOAD,
            NotifyType.INVALID_MAJOR_VERSION, NotifyType.COOKIE, NotifyType.TS_MAX_QUEUE, 9999, 40000})
    void hintsInFrontOfTheRealAnswerDoNotStopTheHandshake(int type) {
        Pair pair = initSent();
        for (int round = 0; round < 50; round++) {
            hint(pair, NotifyPayload.of(type));
            hint(pair, NotifyPayload.of(type, Octets.of(0, 2)));
        }
        assertKeyed(pair);
    }

    @Test
    void anotherGroupThatWeOfferIsTriedAndTheHandshakeComesThrough() {
        Pair pair = initSent();
        hint(pair, NotifyPayload.of(NotifyType.INVALID_KE_PAYLOAD, Octets.of(0, 19)));
        assertKeyed(pair);
    }

    @Test
    void aFloodOfGroupsIsFollowedFiveTimesAtMost() {
        Pair pair = initSent();
        for (int round = 0; round < 50; round++) {
            hint(pair, NotifyPayload.of(NotifyType.INVALID_KE_PAYLOAD, Octets.of(0, round % 2 == 0 ? 19 : 31)));
        }
        assertThat(pair.left.seen(Effect.SendDatagram.class)).hasSize(6);
        pair.drive(Duration.ofMinutes(5));
        assertThat(pair.left.seen(Effect.RequestDone.class)).hasSize(1);
    }

    @Test
    void cookiesThatNobodySentCostAFewMessagesAndNotTheHandshake() {
        Pair pair = initSent();
        for (int round = 0; round < 200; round++) {
            hint(pair, NotifyPayload.of(NotifyType.COOKIE, Octets.of(1, 2, 3, round)));
        }
        assertThat(pair.left.seen(Effect.SendDatagram.class)).hasSize(6);
        assertThat(drops(pair.left, DropReason.BAD_COOKIE)).isEqualTo(195);
        assertKeyed(pair);
    }

    @Test
    void repeatedHintsAreDuplicates() {
        Pair pair = initSent();
        NotifyPayload cookie = NotifyPayload.of(NotifyType.COOKIE, Octets.of(1, 2, 3));
        hint(pair, cookie);
        hint(pair, cookie);
        hint(pair, NotifyPayload.of(NotifyType.INVALID_KE_PAYLOAD, Octets.of(0, 31)));
        assertThat(pair.left.seen(Effect.SendDatagram.class)).hasSize(2);
        assertThat(drops(pair.left, DropReason.DUPLICATE)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {12, 22, 40, 60_000})
    void unprotectedMessagesToAKnownSpiChangeNothing(int millis) {
        Pair pair = initSent();
        pair.drive(Duration.ofMillis(millis));
        for (Host target : List.of(pair.left, pair.right)) {
            var spis = target.endpoint.views().getFirst().spis();
            boolean toInitiator = target == pair.left;
            for (IkeHeader header : everyKind(spis.initiator(), spis.responder())) {
                give(target, pair, header, List.of(NotifyPayload.of(NotifyType.AUTHENTICATION_FAILED)), toInitiator);
                give(target, pair, header, List.of(new UnknownPayload(200, true, Octets.EMPTY)), toInitiator);
                give(target, pair, header, List.of(), toInitiator);
            }
        }
        assertKeyed(pair);
        assertThat(drops(pair.left, DropReason.UNPROTECTED) + drops(pair.left, DropReason.UNEXPECTED_EXCHANGE))
                .isPositive();
    }

    private static List<IkeHeader> everyKind(long spiI, long spiR) {
        List<IkeHeader> headers = new ArrayList<>();
        for (int exchange : new int[] {34, 35, 36, 37, 43, 99}) {
            for (int id : new int[] {0, 1, 2, 1000, Integer.MAX_VALUE, -1}) {
                for (int flags = 0; flags < 4; flags++) {
                    headers.add(new IkeHeader(spiI, spiR, exchange, (flags & 1) != 0, (flags & 2) != 0, id));
                }
            }
        }
        return headers;
    }

    @Test
    void onlyAFirstRequestIsToldOfACriticalPayload() {
        Pair pair = initSent();
        pair.drive();
        int sent = pair.right.seen(Effect.SendDatagram.class).size();
        List<Payload> critical = List.of(new UnknownPayload(200, true, Octets.EMPTY));
        for (int exchange : new int[] {35, 36, 37, 43}) {
            give(pair.right, pair, new IkeHeader(7, 8, exchange, true, false, 1), critical, false);
        }
        give(pair.right, pair, new IkeHeader(7, 8, 34, true, true, 0), critical, false);
        give(pair.right, pair, new IkeHeader(7, 8, 34, true, false, 0), critical, false);
        assertThat(pair.right.seen(Effect.SendDatagram.class)).hasSize(sent);
        assertThat(drops(pair.right, DropReason.UNKNOWN_SPI)).isEqualTo(6);
        give(pair.right, pair, new IkeHeader(7, 0, 34, true, false, 0),
                List.of(new NoncePayload(Octets.wrap(new byte[16])), critical.getFirst()), false);
        assertThat(notified(pair.right)).isEqualTo(NotifyType.UNSUPPORTED_CRITICAL_PAYLOAD);
    }

    @Test
    void aStrangerIsAnsweredTenTimesASecondAndAllOfThemTwenty() {
        Pair pair = initSent();
        pair.drive();
        int before = pair.right.seen(Effect.SendDatagram.class).size();
        for (int second = 0; second < 3; second++) {
            IntStream.range(0, 500).forEach(i -> give(pair.right, pair, strange(i), SOME, false));
            assertThat(pair.right.seen(Effect.SendDatagram.class)).hasSize(before + second * 20 + 10);
            IntStream.range(0, 500).forEach(i -> give(pair.right, pair, strange(i), SOME, true));
            pair.now = pair.now.plusSeconds(1);
        }
        assertThat(pair.right.seen(Effect.SendDatagram.class)).hasSize(before + 60);
        assertThat(drops(pair.right, DropReason.UNKNOWN_SPI)).isEqualTo(3000);
        assertThat(notified(pair.right)).isEqualTo(NotifyType.INVALID_IKE_SPI);
    }

    private static IkeHeader strange(int i) {
        return new IkeHeader(i + 1, i + 2, ExchangeType.INFORMATIONAL, true, false, i);
    }

    /** Otherwise we would make more of a flood than it is, for whoever's address it comes from. */
    @Test
    void noAnswerIsLargerThanItsQuestion() {
        Pair pair = initSent();
        pair.drive();
        int before = pair.right.seen(Effect.SendDatagram.class).size();
        give(pair.right, pair, strange(1), List.of(), false);
        assertThat(pair.right.seen(Effect.SendDatagram.class)).hasSize(before);
    }

    @Test
    void responsesFromStrangersAreNeverAnswered() {
        Pair pair = initSent();
        pair.drive();
        int before = pair.right.seen(Effect.SendDatagram.class).size();
        give(pair.right, pair, new IkeHeader(7, 8, ExchangeType.INFORMATIONAL, true, true, 0), List.of(), false);
        give(pair.right, pair, new IkeHeader(7, 8, ExchangeType.INFORMATIONAL, false, true, 0), List.of(), false);
        byte[] newer = MessageCodec.encode(new IkeHeader(7, 8, 34, true, true, 0), List.of()).toByteArray();
        newer[17] = 0x30;
        pair.right.on(new Event.DatagramReceived(pair.right.address, STRANGER, Octets.wrap(newer)), pair.now);
        assertThat(pair.right.seen(Effect.SendDatagram.class)).hasSize(before);
    }

    @Test
    void refusedPeersLingerWithinTheLimitOfHalfOpenSas() {
        EndpointSettings few = new EndpointSettings(500, 4500, EndpointSettings.Retransmission.DEFAULT, 1000, 3,
                Duration.ofSeconds(30));
        Pair pair = new Pair(1, few, Weather.FAIR);
        pair.left.load(LEFT.psk("wrong").book(), pair.now);
        pair.right.load(RIGHT.book(), pair.now);
        for (int i = 0; i < 10; i++) {
            pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
            pair.drive(Duration.ofMillis(100));
        }
        assertThat(pair.right.endpoint.halfOpen()).isEqualTo(3);
        assertThat(drops(pair.right, DropReason.HALF_OPEN_LIMIT)).isEqualTo(1);
        pair.drive();
        assertThat(pair.right.endpoint.isEmpty()).isTrue();
    }

    @Test
    void wrongCookiesAreCountedAndAnsweredWithANewOne() {
        EndpointSettings wary = new EndpointSettings(500, 4500, EndpointSettings.Retransmission.DEFAULT, 0, 100,
                Duration.ofSeconds(30));
        Pair pair = new Pair(5, wary, Weather.FAIR);
        pair.left.load(LEFT.book(), pair.now);
        pair.right.load(RIGHT.book(), pair.now);
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        IkeMessage init = ((Decoded.Ok) MessageCodec.decode(
                pair.left.seen(Effect.SendDatagram.class).getFirst().datagram())).message();
        List<Payload> payloads = new ArrayList<>(init.payloads());
        payloads.addFirst(NotifyPayload.of(NotifyType.COOKIE, Octets.of(1, 2, 3)));
        give(pair.right, pair, init.header(), payloads, true);
        assertThat(drops(pair.right, DropReason.BAD_COOKIE)).isEqualTo(1);
        assertThat(notified(pair.right)).isEqualTo(NotifyType.COOKIE);
        assertThat(pair.right.endpoint.isEmpty()).isTrue();
        assertKeyed(pair);
    }

    private static Pair initSent() {
        Pair pair = new Pair(9);
        pair.left.load(LEFT.book(), pair.now);
        pair.right.load(RIGHT.book(), pair.now);
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        return pair;
    }

    /** To the initiator, in the place of an answer to IKE_SA_INIT. */
    private static void hint(Pair pair, NotifyPayload notify) {
        long spi = pair.left.endpoint.views().getFirst().spis().initiator();
        give(pair.left, pair, new IkeHeader(spi, 0, ExchangeType.IKE_SA_INIT, false, true, 0), List.of(notify), true);
    }

    private static void give(Host target, Pair pair, IkeHeader header, List<Payload> payloads, boolean fromPeer) {
        IpEndpoint peer = target == pair.left ? pair.right.address : pair.left.address;
        target.on(new Event.DatagramReceived(target.address, fromPeer ? peer : STRANGER,
                MessageCodec.encode(header, payloads)), pair.now);
    }

    private static long drops(Host host, DropReason reason) {
        return host.seen(Effect.Dropped.class).stream().filter(drop -> drop.reason() == reason).count();
    }

    private static int notified(Host host) {
        IkeMessage last = ((Decoded.Ok) MessageCodec.decode(
                host.seen(Effect.SendDatagram.class).getLast().datagram())).message();
        return last.notifies().getFirst().notifyType();
    }

    private static void assertKeyed(Pair pair) {
        pair.drive(Duration.ofMinutes(5));
        assertThat(pair.left.children()).as(() -> String.join("\n", pair.left.log())).hasSize(1);
        assertThat(pair.right.children()).hasSize(1);
        assertThat(pair.left.seen(Effect.RequestDone.class)).singleElement()
                .satisfies(done -> assertThat(done.failure()).isNull());
        assertThat(pair.left.endpoint.views()).hasSize(1);
        assertThat(pair.right.endpoint.views()).hasSize(1);
    }
}
