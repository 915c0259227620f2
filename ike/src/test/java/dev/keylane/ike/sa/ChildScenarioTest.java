package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Link;
import dev.keylane.ike.sim.Pair;
import dev.keylane.ike.wire.NotifyType;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CREATE_CHILD_SA and INFORMATIONAL between two cores, per-resource SAs (RFC 9611) above all. */
class ChildScenarioTest {
    @Test
    void everyCpuGetsAPairOfItsOwn() {
        Pair pair = perCpuPair(1, Link.Weather.FAIR);
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.left.log()).contains("establishing CHILD_SA bf, cpu 0", "establishing CHILD_SA bf, cpu 3");
        assertThat(pair.left.children()).extracting(ChildSa::resource).containsExactly(Resource.FALLBACK,
                Resource.cpu(0), Resource.cpu(1), Resource.cpu(2), Resource.cpu(3));
        assertThat(pair.right.children()).extracting(ChildSa::resource).containsExactly(Resource.FALLBACK,
                Resource.cpu(0), Resource.cpu(1), Resource.cpu(2), Resource.cpu(3));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void everyCpuInRoughWeather(long seed) {
        Pair pair = perCpuPair(seed, Link.Weather.ROUGH);
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.left.children()).hasSize(5);
    }

    @Test
    void aPeerThatDoesNotKnowResourcesGetsOneOrdinarySa() {
        Pair pair = new Pair(2);
        HandshakeScenarioTest.keyed(pair, Configs.LEFT.withPerCpuSas(), Configs.RIGHT);
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.left.children()).extracting(ChildSa::resource).containsExactly(Resource.NONE);
        assertThat(pair.left.log()).contains("peer didn't send SA_RESOURCE_INFO notify, creating regular SA");
    }

    @Test
    void theLimitIsAnsweredWithTsMaxQueue() {
        Pair pair = perCpuPair(3, Link.Weather.FAIR);
        for (int extra = 0; extra < 5; extra++) {
            pair.left.initiate("BFL-BFR", "bf", pair.right, Resource.cpu(extra), pair.now);
            pair.drive();
        }
        assertThat(pair.right.children()).hasSize(9);
        assertThat(pair.left.seen(Effect.ChildFailed.class)).singleElement()
                .satisfies(failed -> assertThat(failed.notifyType()).isEqualTo(NotifyType.TS_MAX_QUEUE));
        HandshakeScenarioTest.assertMirrored(pair);
    }

    @Test
    void aChildIsDeletedOnBothSides() {
        Pair pair = perCpuPair(4, Link.Weather.FAIR);
        ChildSa victim = pair.left.children().get(2);
        pair.left.on(new Event.TerminateChild(99, victim.id(), false), pair.now);
        pair.drive();
        assertThat(pair.left.children()).hasSize(4).doesNotContain(victim);
        assertThat(pair.left.seen(Effect.RequestDone.class)).contains(new Effect.RequestDone(99, null));
        HandshakeScenarioTest.assertMirrored(pair);
    }

    @Test
    void crossedDeletesOfOneChildEndQuietly() {
        Pair pair = perCpuPair(5, Link.Weather.FAIR);
        ChildSa left = pair.left.children().get(1);
        ChildSa right = pair.right.children().stream()
                .filter(child -> child.terms().spiIn() == left.terms().spiOut()).findFirst().orElseThrow();
        pair.left.on(new Event.TerminateChild(98, left.id(), false), pair.now);
        pair.right.on(new Event.TerminateChild(99, right.id(), false), pair.now);
        pair.drive();
        assertThat(pair.left.children()).hasSize(4);
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.left.seen(Effect.RequestDone.class)).contains(new Effect.RequestDone(98, null));
        assertThat(pair.right.seen(Effect.RequestDone.class)).contains(new Effect.RequestDone(99, null));
    }

    @Test
    void theIkeSaIsDeletedWithAllItsChildren() {
        Pair pair = perCpuPair(6, Link.Weather.FAIR);
        long ike = pair.left.endpoint.views().getFirst().id();
        pair.left.on(new Event.TerminateIke(97, ike, false), pair.now);
        pair.drive();
        assertThat(pair.left.kernel).isEmpty();
        assertThat(pair.right.kernel).isEmpty();
        assertThat(pair.left.endpoint.views()).isEmpty();
        assertThat(pair.right.endpoint.views()).isEmpty();
        assertThat(pair.left.endpoint.nextTimeout()).isEmpty();
        assertThat(pair.right.endpoint.nextTimeout()).isEmpty();
    }

    @Test
    void aRefusingKernelOfTheResponderFailsTheChildOnly() {
        Pair pair = new Pair(7);
        pair.right.kernelAccepts = child -> false;
        HandshakeScenarioTest.keyed(pair, Configs.LEFT, Configs.RIGHT);
        assertThat(pair.left.kernel).isEmpty();
        assertThat(pair.left.endpoint.views()).hasSize(1);
        assertThat(pair.left.seen(Effect.ChildFailed.class)).singleElement()
                .satisfies(failed -> assertThat(failed.notifyType()).isEqualTo(NotifyType.NO_PROPOSAL_CHOSEN));
        assertThat(pair.left.offered).as("SPIs the peer may send on").isEmpty();
    }

    @Test
    void aRefusingKernelOfTheInitiatorTakesThePeersSaAwayToo() {
        Pair pair = new Pair(8);
        pair.left.kernelAccepts = child -> false;
        HandshakeScenarioTest.keyed(pair, Configs.LEFT, Configs.RIGHT);
        assertThat(pair.left.kernel).isEmpty();
        assertThat(pair.right.kernel).isEmpty();
        assertThat(pair.left.seen(Effect.RequestDone.class)).extracting(Effect.RequestDone::failure)
                .containsExactly("the kernel said no");
    }

    @Test
    void withoutForwardSecrecyToo() {
        Pair pair = new Pair(9);
        Configs left = Configs.LEFT.withPerCpuSas().suites("aes128-sha256-x25519", "aes128gcm16-esn");
        HandshakeScenarioTest.keyed(pair, left, Configs.RIGHT.withPerCpuSas().suites("aes128-sha256-x25519", "aes128gcm16-esn"));
        pair.left.initiate("BFL-BFR", "bf", pair.right, Resource.cpu(0), pair.now);
        pair.drive();
        assertThat(pair.left.children()).hasSize(2);
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.left.kernel.values()).extracting("encryptionIn").doesNotHaveDuplicates();
    }

    @Test
    void aGroupThePeerDoesNotWantIsReplaced() {
        Pair pair = new Pair(10);
        HandshakeScenarioTest.keyed(pair,
                Configs.LEFT.withPerCpuSas().suites("aes128-sha256-x25519", "aes128gcm16-x25519-ecp256"),
                Configs.RIGHT.withPerCpuSas().suites("aes128-sha256-x25519", "aes128gcm16-ecp256"));
        pair.left.initiate("BFL-BFR", "bf", pair.right, Resource.cpu(0), pair.now);
        pair.drive();
        assertThat(pair.left.children()).hasSize(2);
        HandshakeScenarioTest.assertMirrored(pair);
    }

    @Test
    void aDeadPeerFreesEverything() {
        Pair pair = perCpuPair(11, Link.Weather.FAIR);
        pair.link.weather(new Link.Weather(1, 0, Duration.ZERO, Duration.ZERO));
        pair.left.initiate("BFL-BFR", "bf", pair.right, Resource.cpu(0), pair.now);
        pair.drive(Duration.ofMinutes(5));
        assertThat(pair.left.kernel).isEmpty();
        assertThat(pair.left.endpoint.views()).isEmpty();
        assertThat(pair.left.log()).contains("giving up after 5 retransmits");
    }

    static Pair perCpuPair(long seed, Link.Weather weather) {
        Pair pair = new Pair(seed, EndpointSettings.DEFAULT, weather);
        HandshakeScenarioTest.keyed(pair, Configs.LEFT.withPerCpuSas(), Configs.RIGHT.withPerCpuSas());
        for (int cpu = 0; cpu < 4; cpu++) {
            pair.left.initiate("BFL-BFR", "bf", pair.right, Resource.cpu(cpu), pair.now);
        }
        pair.drive(Duration.ofMinutes(10));
        return pair;
    }
}
