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
import java.util.List;
import org.junit.jupiter.api.Test;

class ChannelTest {
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private static final List<Payload> NOTHING = List.of();
    private final JcaCrypto crypto = new JcaCrypto();
    private final Channel initiator = channel(true);
    private final Channel responder = channel(false);

    /** RFC 7296 §2.2: IKE_SA_INIT was request 0 of the initiator only; the responder has not asked for anything yet. */
    @Test
    void eachDirectionCountsItsOwnRequests() {
        assertThat(header(initiator.request(ExchangeType.IKE_AUTH, NOTHING, NOW)).messageId()).isEqualTo(1);
        assertThat(header(responder.request(ExchangeType.INFORMATIONAL, NOTHING, NOW)).messageId()).isZero();
    }

    @Test
    void theFirstRequestsOfBothSidesAreTakenAndAnswered() {
        Octets auth = initiator.request(ExchangeType.IKE_AUTH, NOTHING, NOW);
        Octets probe = responder.request(ExchangeType.INFORMATIONAL, NOTHING, NOW);
        assertThat(give(responder, auth)).isInstanceOf(Inbound.Request.class);
        assertThat(give(initiator, probe)).isInstanceOf(Inbound.Request.class);
        assertThat(give(initiator, responder.respond(ExchangeType.IKE_AUTH, 1, NOTHING)))
                .isInstanceOf(Inbound.Response.class);
        assertThat(give(responder, initiator.respond(ExchangeType.INFORMATIONAL, 0, NOTHING)))
                .isInstanceOf(Inbound.Response.class);
        assertThat(initiator.canSend()).isTrue();
        assertThat(initiator.deadline()).isEmpty();
    }

    @Test
    void aRepetitionIsAnsweredFromStore() {
        Octets request = initiator.request(ExchangeType.IKE_AUTH, NOTHING, NOW);
        give(responder, request);
        assertThat(give(responder, request)).isEqualTo(new Inbound.InProgress());
        Octets answer = responder.respond(ExchangeType.IKE_AUTH, 1, NOTHING);
        assertThat(give(responder, request)).isEqualTo(new Inbound.Repeated(answer));
        assertThat(give(initiator, answer)).isInstanceOf(Inbound.Response.class);
        assertThat(give(initiator, answer)).isEqualTo(new Inbound.OutOfWindow());
    }

    @Test
    void aRepeatedMalformedRequestIsAnsweredFromStoreToo() {
        Octets request = initiator.request(ExchangeType.IKE_AUTH, List.of(new UnknownPayload(200, true, Octets.EMPTY)), NOW);
        assertThat(give(responder, request)).isEqualTo(
                new Inbound.UnsupportedCritical(1, ExchangeType.IKE_AUTH, false, 200));
        Octets answer = responder.respond(ExchangeType.IKE_AUTH, 1, NOTHING);
        assertThat(give(responder, request)).isEqualTo(new Inbound.Repeated(answer));
    }

    @Test
    void idsOutsideTheWindowAreNotOpened() {
        Channel ahead = channel(true);
        ahead.request(ExchangeType.IKE_AUTH, NOTHING, NOW);
        ahead.request(ExchangeType.IKE_AUTH, NOTHING, NOW);
        assertThat(give(responder, ahead.request(ExchangeType.IKE_AUTH, NOTHING, NOW))).isEqualTo(new Inbound.OutOfWindow());
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
        byte[] wrong = initiator.request(ExchangeType.IKE_AUTH, NOTHING, NOW).toByteArray();
        wrong[wrong.length - 1] ^= 1;
        assertThat(give(responder, Octets.wrap(wrong))).isEqualTo(new Inbound.Unauthentic());
    }

    @Test
    void ourOwnMessagesComeBackInVain() {
        Octets own = initiator.request(ExchangeType.IKE_AUTH, NOTHING, NOW);
        assertThat(give(initiator, own)).isEqualTo(new Inbound.OutOfWindow());
    }

    @Test
    void noIvIsUsedTwice() {
        Octets first = initiator.request(ExchangeType.IKE_AUTH, NOTHING, NOW);
        Octets second = initiator.respond(ExchangeType.INFORMATIONAL, 0, NOTHING);
        assertThat(first.slice(32, 40)).isNotEqualTo(second.slice(32, 40));
    }

    private static IkeHeader header(Octets datagram) {
        return ((Decoded.Ok) MessageCodec.decode(datagram)).message().header();
    }

    private static Inbound give(Channel to, Octets datagram) {
        IkeMessage message = ((Decoded.Ok) MessageCodec.decode(datagram)).message();
        return to.receive(message, datagram);
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
