package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Host;
import dev.keylane.ike.sim.Link.Weather;
import dev.keylane.ike.sim.Pair;
import dev.keylane.ike.wire.Decoded;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.MessageCodec;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.NotifyPayload;
import dev.keylane.ike.wire.payload.SaPayload;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Repetitions, liveness, attempts and endings, between two cores. */
class LocalRequestsScenarioTest {
    private static final Weather DEAD = new Weather(1, 0, Duration.ZERO, Duration.ZERO);

    @Test
    void repeatedIkeAuthIsAnsweredFromStoreAndToWhereItCameFrom() {
        Pair pair = established(1);
        Octets auth = pair.left.seen(Effect.SendDatagram.class).getLast().datagram();
        Octets answer = pair.right.seen(Effect.SendDatagram.class).getLast().datagram();
        IpEndpoint moved = pair.left.address.withPort(40_000);
        pair.right.on(new Event.DatagramReceived(pair.right.address, moved, auth), pair.now);
        assertThat(pair.right.seen(Effect.SendDatagram.class).getLast())
                .isEqualTo(new Effect.SendDatagram(pair.right.address, moved, answer));
        assertThat(pair.right.kernel).hasSize(1);
    }

    @Test
    void repeatedInitIsBusyWhileTheKeyIsComputed() {
        Pair pair = new Pair(2);
        pair.right.lag = new Random(2);
        HandshakeScenarioTest.load(pair, Configs.LEFT, Configs.RIGHT);
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        Octets init = pair.left.seen(Effect.SendDatagram.class).getFirst().datagram();
        for (int i = 0; i < 3; i++) {
            pair.right.on(new Event.DatagramReceived(pair.right.address, pair.left.address, init), pair.now);
        }
        assertThat(pair.right.seen(Effect.RunCrypto.class)).hasSize(1);
        assertThat(pair.right.seen(Effect.Dropped.class)).extracting(Effect.Dropped::reason)
                .containsExactly(DropReason.BUSY, DropReason.BUSY);
        pair.drive();
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.right.endpoint.views()).hasSize(1);
    }

    @Test
    void anotherGroupKeepsProposalsAndCookie() {
        EndpointSettings wary = new EndpointSettings(500, 4500, EndpointSettings.Retransmission.DEFAULT, 0, 100,
                Duration.ofSeconds(30));
        Pair pair = new Pair(3, wary, Weather.FAIR);
        HandshakeScenarioTest.keyed(pair, Configs.LEFT.suites("aes128-sha256-x25519-ecp256", "aes128gcm16"),
                Configs.RIGHT.suites("aes128-sha256-ecp256", "aes128gcm16"));
        HandshakeScenarioTest.assertMirrored(pair);
        List<IkeMessage> requests = pair.left.seen(Effect.SendDatagram.class).stream().limit(3)
                .map(sent -> ((Decoded.Ok) MessageCodec.decode(sent.datagram())).message()).toList();
        assertThat(requests).extracting(r -> r.first(SaPayload.class))
                .containsOnly(requests.getFirst().first(SaPayload.class));
        assertThat(requests).extracting(r -> r.header().messageId()).containsOnly(0);
        NotifyPayload cookie = (NotifyPayload) requests.get(1).payloads().getFirst();
        assertThat(cookie.notifyType()).isEqualTo(NotifyType.COOKIE);
        assertThat(requests.get(2).payloads().getFirst()).isEqualTo(cookie);
    }

    @Test
    void anIdentityThatWeDoNotHaveIsRefused() {
        Pair pair = new Pair(4);
        HandshakeScenarioTest.keyed(pair, Configs.LEFT.ids("host1", "host3"), Configs.RIGHT);
        assertThat(pair.left.kernel).isEmpty();
        assertThat(pair.right.log()).contains("establishing IKE_SA failed, no matching peer config found");
        assertThat(pair.right.endpoint.views()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 6, 7, 8})
    void bothSidesCreateAtTheSameTime(long seed) {
        Pair pair = new Pair(seed, EndpointSettings.DEFAULT, seed % 2 == 0 ? Weather.FAIR : Weather.ROUGH);
        HandshakeScenarioTest.keyed(pair, Configs.LEFT.withPerCpuSas(), Configs.RIGHT.withPerCpuSas());
        pair.drive(Duration.ofMinutes(2));
        for (int cpu = 0; cpu < 2; cpu++) {
            pair.left.initiate("BFL-BFR", "bf", pair.right, Resource.cpu(cpu), pair.now);
            pair.right.initiate("BFL-BFR", "bf", pair.left, Resource.cpu(cpu), pair.now);
        }
        pair.drive(Duration.ofMinutes(10));
        assertThat(pair.left.children()).hasSize(5);
        assertThat(pair.left.endpoint.views()).hasSize(1);
        HandshakeScenarioTest.assertMirrored(pair);
    }

    @Test
    void theResponderAsksNothingBeforeItHasAnswered() {
        Pair pair = new Pair(14);
        pair.right.lag = new Random(14);
        HandshakeScenarioTest.load(pair, Configs.LEFT.withPerCpuSas(), Configs.RIGHT.withPerCpuSas());
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        while (pair.right.seen(Effect.InstallChild.class).isEmpty()) {
            pair.drive(Duration.ofMillis(1));
            pair.now = pair.now.plusMillis(1);
        }
        int sent = pair.right.seen(Effect.SendDatagram.class).size();
        pair.right.initiate("BFL-BFR", "bf", pair.left, Resource.cpu(0), pair.now);
        assertThat(pair.right.seen(Effect.SendDatagram.class)).hasSize(sent);
        pair.drive();
        assertThat(pair.right.children()).hasSize(2);
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.right.seen(Effect.Retransmitted.class)).isEmpty();
    }

    @Test
    void aSilentPeerIsProbedAndADeadOneGivenUp() {
        Pair pair = new Pair(9);
        HandshakeScenarioTest.keyed(pair, Configs.LEFT.tries(1, Duration.ofSeconds(10)), Configs.RIGHT);
        pair.drive(Duration.ofMinutes(5));
        long probes = pair.left.log().stream().filter("sending DPD request"::equals).count();
        assertThat(probes).isBetween(35L, 45L);
        assertThat(pair.left.kernel).hasSize(1);
        pair.link.weather(DEAD);
        pair.drive(Duration.ofMinutes(5));
        assertThat(pair.left.kernel).isEmpty();
        assertThat(pair.left.endpoint.views()).isEmpty();
        assertThat(pair.left.endpoint.nextTimeout()).isEmpty();
        assertThat(pair.right.kernel).hasSize(1);
    }

    @Test
    void theHandshakeIsTriedAsOftenAsConfigured() {
        Pair pair = new Pair(10, EndpointSettings.DEFAULT, DEAD);
        HandshakeScenarioTest.load(pair, Configs.LEFT.tries(3, Duration.ZERO), Configs.RIGHT);
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive(Duration.ofMinutes(20));
        assertThat(pair.left.seen(Effect.Retransmitted.class)).hasSize(15);
        assertThat(pair.left.seen(Effect.SendDatagram.class).stream().map(Effect.SendDatagram::datagram).distinct())
                .hasSize(3);
        assertThat(pair.left.seen(Effect.RequestDone.class)).singleElement()
                .satisfies(done -> assertThat(done.failure()).isEqualTo("peer not responding"));
        assertThat(pair.left.seen(Effect.HandshakeDone.class)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 12, 18, 22, 28, 33, 41, 55})
    void terminatedInTheMiddleOfConnecting(int millis) {
        Pair pair = new Pair(11);
        pair.left.lag = new Random(millis);
        HandshakeScenarioTest.load(pair, Configs.LEFT, Configs.RIGHT);
        long wish = pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        long second = pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive(Duration.ofMillis(millis));
        long ike = pair.left.endpoint.views().getFirst().id();
        pair.left.on(new Event.TerminateIke(90, ike, false), pair.now);
        pair.left.on(new Event.TerminateIke(91, ike, false), pair.now);
        pair.drive(Duration.ofMinutes(1));
        assertThat(pair.left.seen(Effect.RequestDone.class)).extracting(Effect.RequestDone::request)
                .containsExactlyInAnyOrder(wish, second, 90L, 91L);
        assertThat(pair.left.kernel).isEmpty();
        assertThat(pair.left.endpoint.views()).isEmpty();
        assertThat(pair.left.endpoint.nextTimeout()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void terminatedTwice(boolean first, boolean second) {
        Pair pair = established(12);
        long ike = pair.right.endpoint.views().getFirst().id();
        pair.right.on(new Event.TerminateIke(90, ike, first), pair.now);
        pair.right.on(new Event.TerminateIke(91, ike, second), pair.now);
        pair.drive();
        assertThat(pair.right.seen(Effect.RequestDone.class)).extracting(Effect.RequestDone::request)
                .containsExactlyInAnyOrder(90L, 91L);
        for (Host host : List.of(pair.left, pair.right)) {
            assertThat(host.kernel).isEmpty();
            assertThat(host.endpoint.views()).isEmpty();
            assertThat(host.seen(Effect.IkeDown.class)).hasSize(1);
            assertThat(host.seen(Effect.ChildDown.class)).hasSize(1);
        }
    }

    @Test
    void requestsForWhatIsNotThereAreAnsweredToo() {
        Pair pair = established(13);
        pair.left.seen.clear();
        pair.left.on(new Event.TerminateIke(90, 4711, false), pair.now);
        pair.left.on(new Event.TerminateChild(91, 4711, false), pair.now);
        pair.left.on(new Event.RekeyChild(92, 4711), pair.now);
        Path path = new Path(pair.left.address, pair.right.address);
        pair.left.on(new Event.Initiate(93, "nobody", "bf", path, Event.Trigger.OPERATOR), pair.now);
        pair.left.on(new Event.Initiate(0, "nobody", "bf", path, Event.Trigger.OPERATOR), pair.now);
        assertThat(pair.left.seen(Effect.RequestDone.class)).extracting(Effect.RequestDone::request)
                .containsExactly(90L, 91L, 92L, 93L);
        assertThat(pair.left.seen(Effect.RequestDone.class)).extracting(Effect.RequestDone::failure)
                .doesNotContainNull();
    }

    private static Pair established(long seed) {
        Pair pair = new Pair(seed);
        HandshakeScenarioTest.keyed(pair, Configs.LEFT, Configs.RIGHT);
        return pair;
    }
}
