package dev.keylane.ike.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.crypto.IkeKeys;
import dev.keylane.ike.crypto.KeySchedule;
import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.crypto.jca.JcaCrypto;
import dev.keylane.ike.policy.EndpointSettings.Retransmission;
import dev.keylane.ike.sim.SeededRandom;
import dev.keylane.ike.wire.Decoded;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.MessageCodec;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.FragmentPayload;
import dev.keylane.ike.wire.payload.NotifyPayload;
import dev.keylane.ike.wire.payload.Payload;
import dev.keylane.ike.wire.payload.VendorIdPayload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7383, between two channels. */
class FragmentsTest {
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private final JcaCrypto crypto = new JcaCrypto();
    private final Random random = new Random(7);
    private Channel initiator = channel(true, Suites.AES_GCM_128, 256);
    private Channel responder = channel(false, Suites.AES_GCM_128, 256);

    @ParameterizedTest
    @EnumSource
    void everySizeOfMessageAndFragmentArrives(Suites suite) {
        for (int largest = 148; largest < 420; largest += 17) {
            for (int size = 0; size < 1200; size += 61) {
                pair(suite, largest);
                List<Payload> payloads = payloads(size);
                List<Octets> datagrams = initiator.request(ExchangeType.IKE_AUTH, payloads, NOW).datagrams();
                int limit = largest;
                assertThat(datagrams).allMatch(datagram -> datagram.length() <= limit);
                Inbound last = giveAll(responder, datagrams);
                assertThat(((Inbound.Request) last).message().payloads()).isEqualTo(payloads);
            }
        }
    }

    @Test
    void whatFitsIsNotCut() {
        List<Octets> datagrams = initiator.request(ExchangeType.IKE_AUTH, payloads(100), NOW).datagrams();
        assertThat(datagrams).hasSize(1);
        assertThat(give(responder, datagrams.getFirst())).isInstanceOf(Inbound.Request.class);
    }

    /** In any order, doubled, and some lost until the whole message is sent again. */
    @ParameterizedTest
    @EnumSource
    void orderRepetitionAndLossDoNotMatter(Suites suite) {
        for (int round = 0; round < 40; round++) {
            pair(suite, 180);
            List<Payload> payloads = payloads(1500);
            List<Octets> datagrams = initiator.request(ExchangeType.IKE_AUTH, payloads, NOW).datagrams();
            List<Octets> storm = new ArrayList<>(datagrams.subList(random.nextInt(datagrams.size()), datagrams.size()));
            storm.addAll(storm);
            Collections.shuffle(storm, random);
            List<Octets> again = new ArrayList<>(datagrams);
            Collections.shuffle(again, random);
            storm.addAll(again);
            List<Inbound> all = storm.stream().map(datagram -> give(responder, datagram)).toList();
            assertThat(all).filteredOn(Inbound.Request.class::isInstance).singleElement()
                    .satisfies(one -> assertThat(((Inbound.Request) one).message().payloads()).isEqualTo(payloads));
            assertThat(all).allMatch(one -> one instanceof Inbound.Request || one instanceof Inbound.Fragment
                    || one instanceof Inbound.InProgress);
        }
    }

    /** RFC 7383 §2.6: the checksum comes before the queue, so nobody else's fragment is in the way of the real one. */
    @ParameterizedTest
    @EnumSource
    void noFlippedBitIsKept(Suites suite) {
        pair(suite, 200);
        List<Octets> datagrams = initiator.request(ExchangeType.IKE_AUTH, payloads(300), NOW).datagrams();
        Octets victim = datagrams.get(1);
        for (int bit = 0; bit < 8 * victim.length(); bit++) {
            byte[] bytes = victim.toByteArray();
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            if (MessageCodec.decode(Octets.wrap(bytes)) instanceof Decoded.Ok) {
                Inbound inbound = give(responder, Octets.wrap(bytes));
                assertThat(inbound).as("bit %d", bit).isInstanceOfAny(Inbound.Unauthentic.class,
                        Inbound.OutOfWindow.class, Inbound.RefusedFragment.class, Inbound.Unprotected.class);
            }
        }
        assertThat(giveAll(responder, datagrams)).isInstanceOf(Inbound.Request.class);
    }

    @Test
    void theFirstFragmentAloneCallsForTheAnswerAgain() {
        List<Octets> request = initiator.request(ExchangeType.IKE_AUTH, payloads(900), NOW).datagrams();
        giveAll(responder, request);
        assertThat(request.stream().map(datagram -> give(responder, datagram))).allMatch(Inbound.InProgress.class::isInstance);
        List<Octets> answer = responder.respond(ExchangeType.IKE_AUTH, 1, payloads(700)).datagrams();
        assertThat(answer).hasSizeGreaterThan(2);
        List<Inbound> repeated = request.stream().map(datagram -> give(responder, datagram)).toList();
        assertThat(repeated.getFirst()).isEqualTo(new Inbound.Repeated(answer));
        assertThat(repeated.subList(1, repeated.size())).allMatch(Inbound.Fragment.class::isInstance);
        assertThat(giveAll(initiator, answer)).isInstanceOf(Inbound.Response.class);
        assertThat(initiator.deadline()).isEmpty();
        assertThat(give(initiator, answer.getFirst())).isEqualTo(new Inbound.OutOfWindow());
    }

    @Test
    void messagesInFragmentsMayOvertakeEachOther() {
        authenticate();
        List<Octets> one = initiator.request(ExchangeType.INFORMATIONAL, payloads(600), NOW).datagrams();
        List<Octets> two = initiator.request(ExchangeType.INFORMATIONAL, payloads(601), NOW).datagrams();
        List<Octets> mixed = new ArrayList<>(one);
        mixed.addAll(two);
        Collections.shuffle(mixed, random);
        assertThat(mixed.stream().map(datagram -> give(responder, datagram))
                .filter(Inbound.Request.class::isInstance)).hasSize(2);
    }

    /** RFC 7383 §2.6: a larger Total Fragments begins anew, a smaller one is an old message's. */
    @Test
    void theFinestCutDecides() {
        Channel coarse = channel(true, Suites.AES_GCM_128, 400);
        List<Octets> large = coarse.request(ExchangeType.IKE_AUTH, payloads(800), NOW).datagrams();
        List<Octets> small = channel(true, Suites.AES_GCM_128, 180).request(ExchangeType.IKE_AUTH, payloads(800), NOW).datagrams();
        assertThat(give(responder, large.getFirst())).isInstanceOf(Inbound.Fragment.class);
        assertThat(give(responder, small.getFirst())).isInstanceOf(Inbound.Fragment.class);
        assertThat(give(responder, large.get(1))).isInstanceOf(Inbound.RefusedFragment.class);
        assertThat(giveAll(responder, small.subList(1, small.size()))).isInstanceOf(Inbound.Request.class);
    }

    /** A peer that sends small fragments knows why. */
    @Test
    void anAnswerIsCutNoCoarserThanItsRequest() {
        responder = channel(false, Suites.AES_GCM_128, 1200);
        giveAll(responder, initiator.request(ExchangeType.IKE_AUTH, payloads(900), NOW).datagrams());
        assertThat(responder.respond(ExchangeType.IKE_AUTH, 1, payloads(900)).datagrams())
                .allMatch(datagram -> datagram.length() <= 256);
    }

    @Test
    void wholeAndCutFormsOfOneRequestAreOneRequest() {
        Channel coarse = channel(true, Suites.AES_GCM_128, Fragmentation.WHOLE);
        List<Payload> payloads = payloads(800);
        Octets whole = coarse.request(ExchangeType.IKE_AUTH, payloads, NOW).datagrams().getFirst();
        List<Octets> cut = initiator.request(ExchangeType.IKE_AUTH, payloads, NOW).datagrams();
        assertThat(give(responder, cut.getFirst())).isInstanceOf(Inbound.Fragment.class);
        assertThat(give(responder, whole)).isInstanceOf(Inbound.Request.class);
        assertThat(responder.deadline()).isEmpty();
        assertThat(cut).allMatch(datagram -> give(responder, datagram) instanceof Inbound.InProgress);
    }

    @Test
    void fragmentsNobodyAgreedToAreRefused() {
        responder.fragmentation(Fragmentation.NONE);
        List<Octets> datagrams = initiator.request(ExchangeType.IKE_AUTH, payloads(800), NOW).datagrams();
        assertThat(datagrams).allMatch(datagram -> give(responder, datagram) instanceof Inbound.RefusedFragment);
    }

    @Test
    void aStrangerMayHaveLittleKept() {
        List<Octets> large = initiator.request(ExchangeType.IKE_AUTH, payloads(4500), NOW).datagrams();
        assertThat(large.stream().map(datagram -> give(responder, datagram)))
                .anyMatch(Inbound.RefusedFragment.class::isInstance).noneMatch(Inbound.Request.class::isInstance);
        responder = channel(false, Suites.AES_GCM_128, 256);
        Channel fine = channel(true, Suites.AES_GCM_128, 100);
        List<Octets> many = fine.request(ExchangeType.IKE_AUTH, payloads(3900), NOW).datagrams();
        assertThat(many).hasSizeGreaterThan(64)
                .allMatch(datagram -> give(responder, datagram) instanceof Inbound.RefusedFragment);
    }

    @ParameterizedTest
    @ValueSource(ints = {9000, 10_200, 20_000})
    void anAuthenticatedPeerMayHaveSoMuchKept(int size) {
        authenticate();
        List<Inbound> all = initiator.request(ExchangeType.INFORMATIONAL, payloads(size), NOW).datagrams().stream()
                .map(datagram -> give(responder, datagram)).toList();
        assertThat(all.stream().anyMatch(Inbound.Request.class::isInstance)).isEqualTo(size < 10_000);
        assertThat(all.stream().anyMatch(Inbound.RefusedFragment.class::isInstance)).isEqualTo(size > 10_000);
    }

    /** As many unfinished messages as there may be, and no more until their time is over. */
    @Test
    void unfinishedMessagesAreFewAndForgottenInTime() {
        authenticate();
        responder.announceWindow(64);
        List<List<Octets>> requests = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            requests.add(initiator.request(ExchangeType.INFORMATIONAL, payloads(600), NOW).datagrams());
        }
        List<Inbound> first = requests.stream().map(request -> give(responder, request.getFirst())).toList();
        assertThat(first.subList(0, 8)).allMatch(Inbound.Fragment.class::isInstance);
        assertThat(first.subList(8, 20)).allMatch(Inbound.RefusedFragment.class::isInstance);
        Instant due = responder.deadline().orElseThrow();
        assertThat(due).isAfter(NOW);
        assertThat(responder.retry(due)).isInstanceOf(Retry.NothingDue.class);
        assertThat(responder.deadline()).isEmpty();
        assertThat(giveAll(responder, requests.getLast())).isInstanceOf(Inbound.Request.class);
    }

    @Test
    void numbersOutsideTheTotalAreNoFragments() {
        Octets fragment = initiator.request(ExchangeType.IKE_AUTH, payloads(800), NOW).datagrams().getFirst();
        for (int[] numbers : new int[][] {{0, 4}, {5, 4}, {1, 0}, {0, 0}}) {
            byte[] bytes = fragment.toByteArray();
            bytes[33] = (byte) numbers[0];
            bytes[35] = (byte) numbers[1];
            assertThat(MessageCodec.decode(Octets.wrap(bytes))).isInstanceOf(Decoded.Malformed.class);
        }
    }

    /** RFC 7383 §2.5: the type of the first inner payload stands in the first fragment alone. */
    @Test
    void onlyTheFirstFragmentNamesThePayloadInside() {
        List<Octets> datagrams = initiator.request(ExchangeType.IKE_AUTH, payloads(800), NOW).datagrams();
        for (int i = 0; i < datagrams.size(); i++) {
            FragmentPayload fragment = ((Decoded.Ok) MessageCodec.decode(datagrams.get(i))).message()
                    .first(FragmentPayload.class).orElseThrow();
            assertThat(fragment.number()).isEqualTo(i + 1);
            assertThat(fragment.total()).isEqualTo(datagrams.size());
            assertThat(fragment.firstInner()).isEqualTo(i == 0 ? 41 : 0);
            assertThat(fragment.offset()).isEqualTo(36);
        }
    }

    private void authenticate() {
        giveAll(responder, initiator.request(ExchangeType.IKE_AUTH, List.of(), NOW).datagrams());
        initiator.announceWindow(64);
        responder.announceWindow(64);
        giveAll(initiator, responder.respond(ExchangeType.IKE_AUTH, 1, List.of()).datagrams());
    }

    private void pair(Suites suite, int largest) {
        initiator = channel(true, suite, largest);
        responder = channel(false, suite, largest);
    }

    private List<Payload> payloads(int size) {
        List<Payload> payloads = new ArrayList<>(List.of(NotifyPayload.of(NotifyType.INITIAL_CONTACT)));
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        payloads.add(new VendorIdPayload(Octets.wrap(bytes)));
        return payloads;
    }

    /** What the last one came to. */
    private static Inbound giveAll(Channel to, List<Octets> datagrams) {
        return datagrams.stream().map(datagram -> give(to, datagram)).reduce((_, later) -> later).orElseThrow();
    }

    private static Inbound give(Channel to, Octets datagram) {
        return to.receive(((Decoded.Ok) MessageCodec.decode(datagram)).message(), datagram, NOW);
    }

    private Channel channel(boolean original, Suites suite, int largest) {
        IkeKeys keys = KeySchedule.initial(crypto, suite.suite(), Secret.copyOf(new byte[32]), Octets.of(1),
                Octets.of(2), 1, 2);
        // Each with a provider of its own, which refuses to see an IV twice.
        Channel channel = new Channel(new JcaCrypto(), new SeededRandom(random.nextLong()), Retransmission.DEFAULT, original, 1,
                2, suite.suite(), keys, 1);
        channel.fragmentation(new Fragmentation(true, largest));
        return channel;
    }
}
