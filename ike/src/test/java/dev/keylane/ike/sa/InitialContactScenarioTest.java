package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Host;
import dev.keylane.ike.sim.Link;
import dev.keylane.ike.sim.Pair;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** RFC 7296 §2.4: a peer that has crashed says so when it comes back, and what it has forgotten goes. */
class InitialContactScenarioTest {
    private static final Link.Weather DEAD = new Link.Weather(1, 0, Duration.ZERO, Duration.ZERO);

    @Test
    void theResponderForgetsWhatTheInitiatorHasForgotten() {
        Pair pair = perCpu();
        crash(pair, pair.left);
        assertThat(pair.right.kernel).hasSize(2);
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive();
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.right.kernel).hasSize(1);
        assertThat(pair.right.endpoint.views()).hasSize(1);
        assertThat(pair.right.seen(Effect.ChildDown.class)).as("the fallback and the one of a CPU").hasSize(2);
    }

    /** Until the new SA is in the crashed side's kernel, either may send on the old ones. */
    @Test
    void whatIsForgottenIsToldOfBeforeAnythingTakesItsPlace() {
        Pair pair = perCpu();
        List<Long> old = pair.right.endpoint.views().getFirst().children().stream().map(child -> child.sa().id()).toList();
        crash(pair, pair.left);
        pair.right.seen.clear();
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive();
        List<Class<?>> order = pair.right.seen(Effect.Kernel.class).stream().<Class<?>>map(Effect.Kernel::getClass)
                .filter(kind -> kind == Effect.PeerForgot.class || kind == Effect.InstallChild.class
                        || kind == Effect.RemoveChild.class).toList();
        assertThat(order).containsExactly(Effect.PeerForgot.class, Effect.InstallChild.class, Effect.RemoveChild.class,
                Effect.RemoveChild.class);
        assertThat(pair.right.seen(Effect.PeerForgot.class).getFirst().children()).extracting(child -> child.id())
                .containsExactlyElementsOf(old);
    }

    @Test
    void eitherSideMayBeTheOneThatCrashed() {
        Pair pair = perCpu();
        crash(pair, pair.right);
        pair.right.initiate("BFL-BFR", "bf", pair.left, pair.now);
        pair.drive();
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.left.endpoint.views()).hasSize(1);
    }

    @Test
    void aSecondIkeSaBesideOneThatStandsIsNoInitialContact() {
        Pair pair = perCpu();
        PolicyBook book = Configs.LEFT.book();
        Connection one = book.connections().getFirst();
        Connection another = new Connection("another", one.endpoints(), one.proposals(), one.local(), one.remote(),
                one.options(), one.children());
        pair.left.load(new PolicyBook(List.of(one, another), book.sharedKeys()), pair.now);
        pair.left.initiate("another", "bf", pair.right, pair.now);
        pair.drive();
        assertThat(pair.left.endpoint.views()).hasSize(2);
        assertThat(pair.right.endpoint.views()).hasSize(2);
    }

    @Test
    void ikeSasThatStartTogetherDoNotCloseEachOther() {
        Pair pair = new Pair(22, EndpointSettings.DEFAULT, Link.Weather.FAIR);
        HandshakeScenarioTest.load(pair, Configs.LEFT, Configs.RIGHT);
        PolicyBook book = Configs.LEFT.book();
        Connection one = book.connections().getFirst();
        Connection another = new Connection("another", one.endpoints(), one.proposals(), one.local(), one.remote(),
                one.options(), one.children());
        pair.left.load(new PolicyBook(List.of(one, another), book.sharedKeys()), pair.now);
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.left.initiate("another", "bf", pair.right, pair.now);
        pair.right.initiate("BFL-BFR", "bf", pair.left, pair.now);
        pair.drive();
        assertThat(pair.left.endpoint.views()).hasSize(3);
        assertThat(pair.right.endpoint.views()).hasSize(3);
        HandshakeScenarioTest.assertMirrored(pair);
    }

    @Test
    void anAttemptThatFailedMayBeAnnouncedAgain() {
        Pair pair = perCpu();
        crash(pair, pair.left);
        pair.link.weather(DEAD);
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive(Duration.ofMinutes(5));
        pair.link.weather(Link.Weather.FAIR);
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive();
        assertThat(pair.right.endpoint.views()).hasSize(1);
        HandshakeScenarioTest.assertMirrored(pair);
    }

    @Test
    void afterAProperEndThereIsNothingToForget() {
        Pair pair = perCpu();
        pair.left.on(new Event.TerminateIke(7, pair.left.endpoint.views().getFirst().id(), false), pair.now);
        pair.drive();
        assertThat(pair.right.endpoint.views()).isEmpty();
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive();
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.right.kernel).hasSize(1);
    }

    /** The rekeyed IKE SA is new, but what it stands for is not. */
    @Test
    void aPeerThatCrashesJustAfterARekeyingIsBelieved() {
        Pair pair = perCpu();
        pair.advance(Duration.ofSeconds(5));
        pair.left.on(new Event.RekeyIke(0, pair.left.endpoint.views().getFirst().id()), pair.now);
        pair.drive(Duration.ofMillis(200));
        pair.link.weather(DEAD);
        pair.left.on(new Event.TerminateIke(0, pair.left.endpoint.views().getLast().id(), true), pair.now);
        pair.drive(Duration.ofMillis(200));
        pair.link.weather(Link.Weather.FAIR);
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive();
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.right.endpoint.views()).hasSize(1);
    }

    private static Pair perCpu() {
        Pair pair = new Pair(21, EndpointSettings.DEFAULT, Link.Weather.FAIR);
        HandshakeScenarioTest.keyed(pair, Configs.LEFT.withPerCpuSas(), Configs.RIGHT.withPerCpuSas());
        pair.left.initiate("BFL-BFR", "bf", pair.right, Resource.cpu(1), pair.now);
        pair.drive();
        assertThat(pair.right.kernel).hasSize(2);
        return pair;
    }

    /** Takes the host's IKE SA away without a word to the peer. */
    private static void crash(Pair pair, Host host) {
        pair.link.weather(DEAD);
        host.on(new Event.TerminateIke(0, host.endpoint.views().getFirst().id(), true), pair.now);
        pair.drive();
        pair.advance(Duration.ofSeconds(3));
        pair.link.weather(Link.Weather.FAIR);
        assertThat(host.endpoint.views()).isEmpty();
        assertThat(host.kernel).isEmpty();
    }
}
