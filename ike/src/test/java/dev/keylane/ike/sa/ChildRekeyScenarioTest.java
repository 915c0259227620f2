package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Host;
import dev.keylane.ike.sim.Link;
import dev.keylane.ike.sim.Pair;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rekeying of Child SAs between two cores, RFC 7296 §2.8, and per resource, RFC 9611 §4. */
class ChildRekeyScenarioTest {
    @Test
    void theNewPairStandsBeforeTheOldOneGoes() {
        Pair pair = ordinary(1);
        ChildSa old = pair.left.children().getFirst();
        pair.left.on(new Event.RekeyChild(9, old.id()), pair.now);
        pair.drive();
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.left.children()).hasSize(1).doesNotContain(old);
        assertThat(pair.left.seen(Effect.RequestDone.class)).contains(new Effect.RequestDone(9, null));
        List<Effect> order = pair.left.seen.stream().filter(effect -> effect instanceof Effect.InstallChild
                || effect instanceof Effect.RemoveChild).toList();
        assertThat(order).extracting(effect -> effect.getClass().getSimpleName())
                .containsExactly("InstallChild", "InstallChild", "RemoveChild");
    }

    @Test
    void theResponderRekeysToo() {
        Pair pair = ordinary(2);
        ChildSa old = pair.right.children().getFirst();
        pair.right.on(new Event.RekeyChild(0, old.id()), pair.now);
        pair.drive();
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.right.children()).hasSize(1).doesNotContain(old);
    }

    @Test
    void theResponderSendsOnTheOldPairUntilItIsDeleted() {
        Pair pair = ordinary(7);
        pair.left.on(new Event.RekeyChild(0, pair.left.children().getFirst().id()), pair.now);
        pair.drive();
        List<Effect> order = pair.right.seen.stream().filter(effect -> effect instanceof Effect.InstallChild
                || effect instanceof Effect.CompleteChild || effect instanceof Effect.RemoveChild).toList();
        assertThat(order).extracting(effect -> effect.getClass().getSimpleName())
                .containsExactly("InstallChild", "InstallChild", "CompleteChild", "RemoveChild");
        assertThat(pair.right.kernel.values()).allMatch(Host.Installed::sends);
    }

    @Test
    void aReplacedPairCanBeClosedThoughThePeerForgetsIt() {
        Pair pair = ordinary(9);
        pair.left.on(new Event.RekeyChild(0, pair.left.children().getFirst().id()), pair.now);
        pair.drive(Duration.ofMillis(15));
        ChildSa old = pair.right.children().getFirst();
        pair.right.on(new Event.TerminateChild(9, old.id(), false), pair.now);
        pair.drive(Duration.ofMinutes(1));
        assertThat(pair.right.children()).hasSize(1).doesNotContain(old);
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.right.seen(Effect.RequestDone.class)).contains(new Effect.RequestDone(9, null));
    }

    @Test
    void aPeerThatForgetsToDeleteIsWaitedForFiveSeconds() {
        Pair pair = ordinary(8);
        pair.left.on(new Event.RekeyChild(0, pair.left.children().getFirst().id()), pair.now);
        pair.drive(Duration.ofMillis(15));
        pair.link.weather(new Link.Weather(1, 0, Duration.ZERO, Duration.ZERO));
        pair.drive(Duration.ofSeconds(4));
        assertThat(pair.right.kernel.values()).extracting(Host.Installed::sends).containsExactly(true, false);
        pair.drive(Duration.ofSeconds(6));
        assertThat(pair.right.kernel.values()).extracting(Host.Installed::sends).containsExactly(true, true);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void crossedRekeysLeaveOnePair(long seed) {
        Pair pair = ordinary(seed);
        pair.left.on(new Event.RekeyChild(0, pair.left.children().getFirst().id()), pair.now);
        pair.right.on(new Event.RekeyChild(0, pair.right.children().getFirst().id()), pair.now);
        pair.drive();
        assertThat(pair.left.children()).hasSize(1);
        HandshakeScenarioTest.assertMirrored(pair);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24})
    void crossedRekeysInRoughWeather(long seed) {
        Pair pair = ordinary(seed);
        pair.link.weather(Link.Weather.ROUGH);
        pair.left.on(new Event.RekeyChild(0, pair.left.children().getFirst().id()), pair.now);
        pair.right.on(new Event.RekeyChild(0, pair.right.children().getFirst().id()), pair.now);
        pair.drive(Duration.ofMinutes(10));
        assertThat(pair.left.children()).as(() -> String.join("\n", pair.left.log())
                + "\n----\n" + String.join("\n", pair.right.log())).hasSize(1);
        HandshakeScenarioTest.assertMirrored(pair);
    }

    @Test
    void aRekeyCrossedByADeleteEndsWithAWorkingPairOrNone() {
        for (long seed = 0; seed < 40; seed++) {
            Pair pair = ordinary(seed);
            pair.left.on(new Event.RekeyChild(0, pair.left.children().getFirst().id()), pair.now);
            pair.right.on(new Event.TerminateChild(0, pair.right.children().getFirst().id(), false), pair.now);
            pair.drive(Duration.ofMinutes(10));
            if (!pair.left.kernel.isEmpty() || !pair.right.kernel.isEmpty()) {
                HandshakeScenarioTest.assertMirrored(pair);
            }
        }
    }

    @Test
    void anSaThePeerDoesNotKnowIsMadeAnew() {
        Pair pair = ordinary(3);
        ChildSa old = pair.left.children().getFirst();
        pair.link.weather(new Link.Weather(1, 0, Duration.ZERO, Duration.ZERO));
        Host right = pair.right;
        right.on(new Event.TerminateChild(0, right.children().getFirst().id(), true), pair.now);
        pair.drive(Duration.ofMillis(100));
        pair.left.on(new Event.RekeyChild(0, old.id()), pair.now);
        pair.link.weather(Link.Weather.FAIR);
        pair.drive(Duration.ofMinutes(3));
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.left.children()).hasSize(1).doesNotContain(old);
    }

    /** The peer may rekey what it has made for us before its answer has told us of it. */
    @Test
    void anSaWhoseAnswerIsStillUnderWayIsRekeyedLater() {
        Pair pair = ordinary(6);
        ChildSa first = pair.left.children().getFirst();
        pair.right.on(new Event.Initiate(0, "BFL-BFR", "bf", new Path(pair.right.address, pair.left.address),
                new Event.Trigger(Resource.NONE, 9, null)), pair.now);
        pair.drive(Duration.ofMillis(5));
        pair.link.weather(new Link.Weather(1, 0, Duration.ZERO, Duration.ZERO));
        pair.drive(Duration.ofMillis(15));
        pair.link.weather(Link.Weather.FAIR);
        ChildSa second = pair.left.children().getLast();
        assertThat(second).isNotEqualTo(first);
        pair.left.on(new Event.RekeyChild(0, second.id()), pair.now);
        pair.drive(Duration.ofSeconds(1));
        assertThat(pair.left.children()).contains(second);
        pair.drive();
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.left.children()).hasSize(2).contains(first).doesNotContain(second);
    }

    @Test
    void aCpuKeepsItsPair() {
        Pair pair = ChildScenarioTest.perCpuPair(4, Link.Weather.FAIR);
        ChildSa old = pair.left.children().get(2);
        pair.left.on(new Event.RekeyChild(0, old.id()), pair.now);
        pair.drive();
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.left.children()).hasSize(5).doesNotContain(old);
        assertThat(pair.left.children().getLast().resource()).isEqualTo(old.resource());
        assertThat(pair.right.children().getLast().resource()).isEqualTo(Resource.cpu(1));
    }

    @Test
    void thePairsOfCpusFollowTheFallback() {
        Pair pair = ChildScenarioTest.perCpuPair(5, Link.Weather.FAIR);
        List<ChildSa> before = pair.left.children();
        pair.left.on(new Event.RekeyChild(0, before.getFirst().id()), pair.now);
        pair.drive();
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.left.children()).hasSize(5).doesNotContainAnyElementsOf(before);
        assertThat(pair.left.children().getFirst().resource()).isEqualTo(Resource.FALLBACK);
    }

    @Test
    void aRefusedRekeyIsTriedAgain() {
        Pair pair = ordinary(6);
        ChildSa old = pair.left.children().getFirst();
        pair.right.kernelAccepts = child -> false;
        pair.left.on(new Event.RekeyChild(0, old.id()), pair.now);
        pair.drive(Duration.ofSeconds(1));
        assertThat(pair.left.children()).containsExactly(old);
        pair.right.kernelAccepts = child -> true;
        pair.drive(Duration.ofSeconds(30));
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.left.children()).hasSize(1).doesNotContain(old);
    }

    private static Pair ordinary(long seed) {
        Pair pair = new Pair(seed);
        HandshakeScenarioTest.keyed(pair, Configs.LEFT, Configs.RIGHT);
        return pair;
    }
}
