package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.MessageOptions;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Host;
import dev.keylane.ike.sim.Link.Weather;
import dev.keylane.ike.sim.Pair;
import dev.keylane.ike.wire.Decoded;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.IkeHeader;
import dev.keylane.ike.wire.MessageCodec;
import dev.keylane.ike.wire.Octets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Many exchanges at once on one IKE SA, RFC 7296 §2.3. A round trip takes 20 ms. */
class WindowScenarioTest {
    private static final int MANY = 64;

    @Test
    void sixtyFourChildrenTakeOneRoundTrip() {
        Pair pair = keyed(1, 64, 64, Weather.FAIR);
        assertThat(makeMany(pair, pair.left, pair.right)).isEqualTo(new Run(Duration.ofMillis(20), MANY));
        HandshakeScenarioTest.assertMirrored(pair);
    }

    /** The responder learns the window in the request for IKE_AUTH, the initiator in the answer. */
    @Test
    void theResponderUsesTheWindowToo() {
        Pair pair = keyed(2, 16, 64, Weather.FAIR);
        assertThat(makeMany(pair, pair.right, pair.left)).isEqualTo(new Run(Duration.ofMillis(4 * 20), 16));
        HandshakeScenarioTest.assertMirrored(pair);
    }

    @Test
    void aPeerThatAnnouncesNothingGetsOneAtATime() {
        Pair pair = keyed(3, 64, 1, Weather.FAIR);
        assertThat(makeMany(pair, pair.left, pair.right)).isEqualTo(new Run(Duration.ofMillis(MANY * 20), 1));
        HandshakeScenarioTest.assertMirrored(pair);
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5, 6, 7, 8, 9})
    void lossAndReorderingOnlyDelay(long seed) {
        Pair pair = keyed(seed, 8, 8, Weather.ROUGH);
        pair.drive(Duration.ofMinutes(3));
        for (int i = 0; i < MANY / 2; i++) {
            pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
            pair.right.initiate("BFL-BFR", "bf", pair.left, pair.now);
        }
        pair.drive(Duration.ofMinutes(30));
        assertThat(pair.left.kernel).hasSize(MANY + 1);
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.left.endpoint.nextTimeout()).isEmpty();
    }

    /** One that asks one at a time cannot have sent the second request without the answer to the first. */
    @ParameterizedTest
    @CsvSource({"1, true", "64, false"})
    void theNextRequestOfAPeerWithoutAWindowProvesThatItIsReady(int announced, boolean proves) {
        Pair pair = keyed(11, Configs.LEFT.withPerCpuSas(), Configs.RIGHT.withPerCpuSas(), announced);
        pair.left.initiate("BFL-BFR", "bf", pair.right, Resource.cpu(0), pair.now);
        pair.deliver(pair.left);
        pair.deliver(pair.right);
        ChildSa first = pair.right.children().getLast();
        assertThat(ChildExchange.sends(pair.right, first)).isFalse();
        pair.left.initiate("BFL-BFR", "bf", pair.right, Resource.cpu(1), pair.now);
        pair.deliver(pair.left);
        assertThat(pair.right.children()).hasSize(3);
        assertThat(ChildExchange.sends(pair.right, first)).isEqualTo(proves);
    }

    private static Pair keyed(long seed, Configs left, Configs right, int announcedByLeft) {
        Pair pair = new Pair(seed, settings(announcedByLeft), settings(64), Weather.FAIR);
        HandshakeScenarioTest.keyed(pair, left, right);
        return pair;
    }

    /** What is promised to requests under way counts for the next one. */
    @Test
    void requestsWorkedOnAtOnceAreAssignedDifferentCpus() {
        Pair pair = new Pair(10, settings(64), settings(64), Weather.FAIR);
        HandshakeScenarioTest.keyed(pair, Configs.LEFT.withPerCpuSas(), Configs.RIGHT.withPerCpuSas());
        pair.right.lag = new Random(10);
        for (int cpu = 0; cpu < 4; cpu++) {
            pair.left.initiate("BFL-BFR", "bf", pair.right, Resource.cpu(cpu), pair.now);
        }
        pair.drive();
        assertThat(pair.right.children()).extracting(ChildSa::resource).containsExactlyInAnyOrder(Resource.FALLBACK,
                Resource.cpu(0), Resource.cpu(1), Resource.cpu(2), Resource.cpu(3));
    }

    @Test
    void saForAllCpusIsAnsweredBeforeOneForASingleCpuIsAskedFor() {
        Pair pair = new Pair(11, settings(64), settings(64), Weather.FAIR);
        HandshakeScenarioTest.keyed(pair, Configs.LEFT.withPerCpuSas(), Configs.RIGHT.withPerCpuSas());
        pair.left.on(new Event.TerminateChild(90, pair.left.children().getFirst().id(), false), pair.now);
        pair.drive();
        int before = pair.left.seen(Effect.SendDatagram.class).size();
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.left.initiate("BFL-BFR", "bf", pair.right, Resource.cpu(0), pair.now);
        assertThat(pair.left.seen(Effect.SendDatagram.class)).hasSize(before + 1);
        pair.drive();
        assertThat(pair.right.children()).extracting(ChildSa::resource)
                .containsExactly(Resource.FALLBACK, Resource.cpu(0));
        HandshakeScenarioTest.assertMirrored(pair);
    }

    /** The peer has installed what it answers, and may ask for a CPU's SA before we have computed our keys. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void whatThePeerAsksForWhileOurSaForAllCpusIsBeingCompletedIsForASingleCpu(int cpus) {
        Pair pair = new Pair(14, settings(64), settings(64), Weather.FAIR);
        HandshakeScenarioTest.keyed(pair, Configs.LEFT.withPerCpuSas(), Configs.RIGHT.withPerCpuSas());
        pair.left.on(new Event.TerminateChild(90, pair.left.children().getFirst().id(), false), pair.now);
        pair.drive();
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.left.lag = new Random(14);
        pair.deliver(pair.left);
        pair.deliver(pair.right);
        assertThat(pair.left.children()).isEmpty();
        for (int cpu = 0; cpu < cpus; cpu++) {
            pair.right.initiate("BFL-BFR", "bf", pair.left, Resource.cpu(cpu), pair.now);
            pair.deliver(pair.right);
        }
        pair.drive();
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.left.children()).extracting(ChildSa::resource)
                .containsExactlyInAnyOrderElementsOf(resources(cpus));
        assertThat(pair.right.children()).extracting(ChildSa::resource)
                .containsExactlyInAnyOrderElementsOf(resources(cpus));
    }

    private static List<Resource> resources(int cpus) {
        return IntStream.range(-1, cpus).mapToObj(cpu -> cpu < 0 ? Resource.FALLBACK : Resource.cpu(cpu)).toList();
    }

    /** A Delete that overtook the rekeying of the same SA would leave the peer with nothing to rekey. */
    @Test
    void deletingWaitsForTheRekeyingOfTheSameSaAndForNothingElse() {
        Pair pair = keyed(12, 64, 64, Weather.FAIR);
        makeMany(pair, pair.left, pair.right);
        List<Long> ids = List.copyOf(pair.left.kernel.keySet());
        int before = pair.left.seen(Effect.SendDatagram.class).size();
        pair.left.on(new Event.RekeyChild(90, ids.getFirst()), pair.now);
        pair.left.on(new Event.TerminateChild(91, ids.get(1), false), pair.now);
        assertThat(pair.left.seen(Effect.SendDatagram.class)).hasSize(before + 2);
        pair.left.on(new Event.TerminateChild(92, ids.getFirst(), false), pair.now);
        assertThat(pair.left.seen(Effect.SendDatagram.class)).hasSize(before + 2);
        pair.drive();
        assertThat(pair.left.seen(Effect.RequestDone.class)).filteredOn(done -> done.request() >= 90)
                .extracting(Effect.RequestDone::failure).containsOnlyNulls();
        assertThat(pair.left.kernel).hasSize(MANY);
        HandshakeScenarioTest.assertMirrored(pair);
    }

    @ParameterizedTest
    @ValueSource(longs = {13, 14, 15, 16})
    void closingTheIkeSaAmidManyExchangesLeavesNothing(long seed) {
        Pair pair = keyed(seed, 64, 64, seed % 2 == 0 ? Weather.FAIR : Weather.ROUGH);
        pair.drive(Duration.ofMinutes(3));
        pair.right.lag = new Random(seed);
        for (int i = 0; i < MANY; i++) {
            pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        }
        pair.drive(Duration.ofMillis(25));
        pair.left.on(new Event.TerminateIke(1000, pair.left.endpoint.views().getFirst().id(), false), pair.now);
        pair.drive(Duration.ofMinutes(10));
        for (Host host : List.of(pair.left, pair.right)) {
            assertThat(host.kernel).isEmpty();
            assertThat(host.endpoint.views()).isEmpty();
            assertThat(host.endpoint.nextTimeout()).isEmpty();
        }
        assertThat(pair.left.seen(Effect.RequestDone.class)).hasSize(MANY + 2);
    }

    private record Run(Duration time, int mostAtOnce) {
    }

    private static Run makeMany(Pair pair, Host from, Host to) {
        Instant start = pair.now;
        for (int i = 0; i < MANY; i++) {
            from.initiate("BFL-BFR", "bf", to, pair.now);
        }
        int most = 0;
        for (int millis = 1; from.kernel.size() <= MANY && millis < 10_000; millis++) {
            Instant end = start.plusMillis(millis);
            pair.drive(Duration.between(pair.now, end));
            pair.now = end;
            most = Math.max(most, outstanding(from));
        }
        return new Run(Duration.between(start, pair.now), most);
    }

    private static int outstanding(Host host) {
        long asked = creations(host.seen(Effect.SendDatagram.class).stream().map(Effect.SendDatagram::datagram), false);
        return (int) (asked - creations(host.received.stream(), true));
    }

    private static long creations(Stream<Octets> datagrams, boolean response) {
        return datagrams.map(WindowScenarioTest::header).filter(header -> header.response() == response
                && header.exchange() == ExchangeType.CREATE_CHILD_SA).map(IkeHeader::messageId).distinct().count();
    }

    private static IkeHeader header(Octets datagram) {
        return ((Decoded.Ok) MessageCodec.decode(datagram)).message().header();
    }

    private static Pair keyed(long seed, int left, int right, Weather weather) {
        Pair pair = new Pair(seed, settings(left), settings(right), weather);
        HandshakeScenarioTest.keyed(pair, Configs.LEFT, Configs.RIGHT);
        return pair;
    }

    private static EndpointSettings settings(int window) {
        return EndpointSettings.DEFAULT.withMessages(new MessageOptions(window, 1280));
    }
}
