package dev.keylane.ike.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.crypto.IkeKeys;
import dev.keylane.ike.crypto.KeySchedule;
import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.crypto.jca.JcaCrypto;
import dev.keylane.ike.policy.EndpointSettings.Retransmission;
import dev.keylane.ike.proposal.IkeSuite;
import dev.keylane.ike.sim.SeededRandom;
import dev.keylane.ike.wire.Decoded;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.IkeHeader;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.MessageCodec;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.NotifyPayload;
import dev.keylane.ike.wire.payload.Payload;
import dev.keylane.ike.wire.payload.UnknownPayload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelTest {
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private static final List<Payload> NOTHING = List.of();
    private final JcaCrypto crypto = new JcaCrypto();
    private final Channel initiator = channel(true);
    private final Channel responder = channel(false);

    /** RFC 7296 §2.2: IKE_SA_INIT was request 0 of the initiator only; the responder has not asked for anything yet. */
    @Test
    void eachDirectionCountsItsOwnRequests() {
        assertThat(header(request(initiator, ExchangeType.IKE_AUTH, NOTHING)).messageId()).isEqualTo(1);
        assertThat(header(request(responder, ExchangeType.INFORMATIONAL, NOTHING)).messageId()).isZero();
    }

    @Test
    void theFirstRequestsOfBothSidesAreTakenAndAnswered() {
        Octets auth = request(initiator, ExchangeType.IKE_AUTH, NOTHING);
        Octets probe = request(responder, ExchangeType.INFORMATIONAL, NOTHING);
        assertThat(give(responder, auth)).isInstanceOf(Inbound.Request.class);
        assertThat(give(initiator, probe)).isInstanceOf(Inbound.Request.class);
        assertThat(give(initiator, respond(responder, ExchangeType.IKE_AUTH, 1, NOTHING)))
                .isInstanceOf(Inbound.Response.class);
        assertThat(give(responder, respond(initiator, ExchangeType.INFORMATIONAL, 0, NOTHING)))
                .isInstanceOf(Inbound.Response.class);
        assertThat(initiator.canSend(0)).isTrue();
        assertThat(initiator.deadline()).isEmpty();
    }

    @Test
    void aRepetitionIsAnsweredFromStore() {
        Octets request = request(initiator, ExchangeType.IKE_AUTH, NOTHING);
        give(responder, request);
        assertThat(give(responder, request)).isEqualTo(new Inbound.InProgress());
        Octets answer = respond(responder, ExchangeType.IKE_AUTH, 1, NOTHING);
        assertThat(give(responder, request)).isEqualTo(new Inbound.Repeated(List.of(answer)));
        assertThat(give(initiator, answer)).isInstanceOf(Inbound.Response.class);
        assertThat(give(initiator, answer)).isEqualTo(new Inbound.OutOfWindow());
    }

    @Test
    void aRepeatedMalformedRequestIsAnsweredFromStoreToo() {
        Octets request = request(initiator, ExchangeType.IKE_AUTH, List.of(new UnknownPayload(200, true, Octets.EMPTY)));
        assertThat(give(responder, request)).isEqualTo(
                new Inbound.UnsupportedCritical(1, ExchangeType.IKE_AUTH, false, 200));
        Octets answer = respond(responder, ExchangeType.IKE_AUTH, 1, NOTHING);
        assertThat(give(responder, request)).isEqualTo(new Inbound.Repeated(List.of(answer)));
    }

    @Test
    void idsOutsideTheWindowAreNotOpened() {
        Channel ahead = channel(true);
        request(ahead, ExchangeType.IKE_AUTH, NOTHING);
        request(ahead, ExchangeType.IKE_AUTH, NOTHING);
        assertThat(give(responder, request(ahead, ExchangeType.IKE_AUTH, NOTHING))).isEqualTo(new Inbound.OutOfWindow());
        SkKeys peers = new SkKeys(SUITE, keys().ei(), keys().ai());
        long iv = 100;
        for (int id : new int[] {0, 2, 3, Integer.MAX_VALUE, -1, Integer.MIN_VALUE}) {
            Octets foreign = Protection.seal(crypto, peers,
                    new IkeHeader(1, 2, ExchangeType.INFORMATIONAL, true, false, id), NOTHING, iv++,
                    new SeededRandom(1));
            assertThat(give(responder, foreign)).as("id %d", id).isEqualTo(new Inbound.OutOfWindow());
        }
    }

    @Test
    void whatIsNotProtectedIsToldApartFromWhatIsForged() {
        Octets forged = MessageCodec.encode(new IkeHeader(1, 2, ExchangeType.INFORMATIONAL, true, false, 1),
                List.of(NotifyPayload.of(NotifyType.AUTHENTICATION_FAILED)));
        assertThat(give(responder, forged)).isEqualTo(new Inbound.Unprotected());
        byte[] wrong = request(initiator, ExchangeType.IKE_AUTH, NOTHING).toByteArray();
        wrong[wrong.length - 1] ^= 1;
        assertThat(give(responder, Octets.wrap(wrong))).isEqualTo(new Inbound.Unauthentic());
    }

    @Test
    void ourOwnMessagesComeBackInVain() {
        Octets own = request(initiator, ExchangeType.IKE_AUTH, NOTHING);
        assertThat(give(initiator, own)).isEqualTo(new Inbound.OutOfWindow());
    }

    @Test
    void noIvIsUsedTwice() {
        Octets first = request(initiator, ExchangeType.IKE_AUTH, NOTHING);
        give(initiator, request(responder, ExchangeType.INFORMATIONAL, NOTHING));
        Octets second = respond(initiator, ExchangeType.INFORMATIONAL, 0, NOTHING);
        assertThat(first.slice(32, 40)).isNotEqualTo(second.slice(32, 40));
    }

    /** RFC 7296 §2.3: requests inside the window may overtake each other; answers are kept for all of it. */
    @Test
    void theWindowThatWasAnnouncedIsTaken() {
        widen(3);
        List<Octets> requests = IntStream.range(0, 3).mapToObj(_ -> request(initiator, ExchangeType.INFORMATIONAL, NOTHING))
                .toList();
        assertThat(initiator.canSend(0)).isFalse();
        for (int i : new int[] {2, 0, 1}) {
            assertThat(give(responder, requests.get(i))).isInstanceOf(Inbound.Request.class);
            assertThat(give(responder, requests.get(i))).isEqualTo(new Inbound.InProgress());
        }
        List<Octets> answers = new ArrayList<>();
        for (int id : new int[] {3, 4, 2}) {
            answers.add(respond(responder, ExchangeType.INFORMATIONAL, id, NOTHING));
        }
        assertThat(give(responder, requests.get(0))).isEqualTo(new Inbound.Repeated(List.of(answers.get(2))));
        assertThat(give(responder, requests.get(1))).isEqualTo(new Inbound.Repeated(List.of(answers.get(0))));
        answers.forEach(answer -> assertThat(give(initiator, answer)).isInstanceOf(Inbound.Response.class));
        assertThat(initiator.canSend(2)).isTrue();
        assertThat(initiator.canSend(3)).isFalse();
    }

    @Test
    void answersAreForgottenAsTheWindowMoves() {
        widen(3);
        List<Octets> requests = new ArrayList<>();
        for (int id = 2; id < 7; id++) {
            requests.add(request(initiator, ExchangeType.INFORMATIONAL, NOTHING));
            give(responder, requests.getLast());
            give(initiator, respond(responder, ExchangeType.INFORMATIONAL, id, NOTHING));
        }
        for (int i = 0; i < 5; i++) {
            assertThat(give(responder, requests.get(i))).as("id %d", i + 2)
                    .isInstanceOf(i < 2 ? Inbound.OutOfWindow.class : Inbound.Repeated.class);
        }
    }

    @Test
    void aRequestBeyondTheWindowIsNotOpened() {
        widen(3);
        Octets unanswered = Protection.seal(crypto, new SkKeys(SUITE, keys().ei(), keys().ai()),
                new IkeHeader(1, 2, ExchangeType.INFORMATIONAL, true, false, 2), NOTHING, 1000, new SeededRandom(1));
        assertThat(give(responder, unanswered)).isInstanceOf(Inbound.Request.class);
        for (int id = 3; id < 7; id++) {
            Octets next = Protection.seal(crypto, new SkKeys(SUITE, keys().ei(), keys().ai()),
                    new IkeHeader(1, 2, ExchangeType.INFORMATIONAL, true, false, id), NOTHING, 1000 + id,
                    new SeededRandom(1));
            assertThat(give(responder, next)).as("id %d", id)
                    .isInstanceOf(id < 5 ? Inbound.Request.class : Inbound.OutOfWindow.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000000", "00000001", "", "05", "0000000009", "000009"})
    void aWindowThatIsNoneIsNotTaken(String size) {
        exchange(List.of(NotifyPayload.of(NotifyType.SET_WINDOW_SIZE, Octets.ofHex(size))));
        assertThat(responder.canSend(0)).isTrue();
        assertThat(responder.canSend(1)).isFalse();
    }

    @Test
    void theWidestWindowIsTakenForWhatWeCanKeep() {
        exchange(List.of(NotifyPayload.of(NotifyType.SET_WINDOW_SIZE, Octets.ofHex("ffffffff"))));
        assertThat(responder.canSend(255)).isTrue();
        assertThat(responder.canSend(256)).isFalse();
    }

    @Test
    void theWindowIsAnnouncedOnce() {
        initiator.announceWindow(1);
        Inbound.Request plain = (Inbound.Request) give(responder, request(initiator, ExchangeType.IKE_AUTH, NOTHING));
        assertThat(plain.message().payloads()).isEmpty();
        responder.announceWindow(64);
        Inbound.Response answer = (Inbound.Response) give(initiator, respond(responder, ExchangeType.IKE_AUTH, 1, NOTHING));
        assertThat(answer.message().payloads())
                .containsExactly(NotifyPayload.of(NotifyType.SET_WINDOW_SIZE, Octets.of(0, 0, 0, 64)));
        Inbound.Request later = (Inbound.Request) give(initiator, request(responder, ExchangeType.INFORMATIONAL, NOTHING));
        assertThat(later.message().payloads()).isEmpty();
    }

    /** IKE_AUTH, in which both sides announce this window. */
    private void widen(int size) {
        initiator.announceWindow(size);
        responder.announceWindow(size);
        exchange(NOTHING);
    }

    private void exchange(List<Payload> asked) {
        give(responder, request(initiator, ExchangeType.IKE_AUTH, asked));
        give(initiator, respond(responder, ExchangeType.IKE_AUTH, 1, NOTHING));
    }

    private static Octets request(Channel from, int exchange, List<Payload> payloads) {
        return only(from.request(exchange, payloads, NOW).datagrams());
    }

    private static Octets respond(Channel from, int exchange, int id, List<Payload> payloads) {
        return only(from.respond(exchange, id, payloads).datagrams());
    }

    private static Octets only(List<Octets> datagrams) {
        assertThat(datagrams).hasSize(1);
        return datagrams.getFirst();
    }

    private static IkeHeader header(Octets datagram) {
        return ((Decoded.Ok) MessageCodec.decode(datagram)).message().header();
    }

    private static Inbound give(Channel to, Octets datagram) {
        IkeMessage message = ((Decoded.Ok) MessageCodec.decode(datagram)).message();
        return to.receive(message, datagram, NOW);
    }

    private Channel channel(boolean original) {
        return new Channel(crypto, new SeededRandom(original ? 1 : 2), Retransmission.DEFAULT, original, 1, 2, SUITE,
                keys(), 1);
    }

    private IkeKeys keys() {
        return KeySchedule.initial(crypto, SUITE, Secret.copyOf(new byte[32]), Octets.of(1), Octets.of(2), 1, 2);
    }

    private static final IkeSuite SUITE = Suites.AES_GCM_128.suite();
}
