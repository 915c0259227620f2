package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.IkeLifetime;
import dev.keylane.ike.policy.MessageOptions;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Link;
import dev.keylane.ike.sim.Pair;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Who is made to close an IKE SA does not wait for the peer, but tells it all the same: RFC 7296 §1.4.1 and §2.3. */
class ForcedCloseScenarioTest {
    private static final EndpointSettings ONE_AT_A_TIME = EndpointSettings.DEFAULT.withMessages(new MessageOptions(1, 1280));
    private static final Duration SOON = Duration.ofSeconds(1);
    private final Pair pair = new Pair(51, ONE_AT_A_TIME, ONE_AT_A_TIME, Link.Weather.FAIR);

    private void keyed(Configs left) {
        HandshakeScenarioTest.keyed(pair, left.withPerCpuSas(), Configs.RIGHT.withPerCpuSas());
        pair.left.initiate("BFL-BFR", "bf", pair.right, Resource.cpu(1), pair.now);
        pair.drive(SOON);
        assertThat(pair.right.kernel).hasSize(2);
    }

    private void pass(Duration time) {
        Instant end = pair.now.plus(time);
        pair.drive(time);
        pair.now = end;
    }

    private void force() {
        pair.left.on(new Event.TerminateIke(99, pair.left.endpoint.views().getFirst().id(), true), pair.now);
        assertThat(pair.left.kernel).as("at once").isEmpty();
        assertThat(pair.left.seen(Effect.RequestDone.class)).contains(new Effect.RequestDone(99, null));
    }

    private void assertPeerKnows() {
        pair.drive(SOON);
        assertThat(pair.left.kernel).isEmpty();
        assertThat(pair.left.endpoint.views()).isEmpty();
        assertThat(pair.right.kernel).isEmpty();
        assertThat(pair.right.endpoint.views()).isEmpty();
        assertThat(pair.left.seen(Effect.IkeDown.class)).hasSize(1);
    }

    @Test
    void withAFullWindow() {
        keyed(Configs.LEFT);
        pair.left.initiate("BFL-BFR", "bf", pair.right, Resource.cpu(2), pair.now);
        force();
        assertPeerKnows();
    }

    @Test
    void withAChildBeingRekeyed() {
        keyed(Configs.LEFT);
        pair.left.on(new Event.RekeyChild(0, pair.left.children().getLast().id()), pair.now);
        force();
        assertPeerKnows();
    }

    /** The successor is closed as soon as it is there: it is where the peer has the children. */
    @Test
    void withARekeyingUnderWay() {
        keyed(Configs.LEFT);
        pair.left.on(new Event.RekeyIke(0, 1), pair.now);
        force();
        assertPeerKnows();
    }

    @Test
    void withARekeyingOfThePeers() {
        keyed(Configs.LEFT);
        pair.right.on(new Event.RekeyIke(0, pair.right.endpoint.views().getFirst().id()), pair.now);
        pair.left.on(new Event.RekeyIke(0, 1), pair.now);
        pair.deliver(pair.right);
        force();
        assertPeerKnows();
    }

    /** The peer cannot be told before it answers, be it that it answers late. */
    @Test
    void atTheEndOfItsLifeWithARekeyingUnderWay() {
        keyed(Configs.LEFT.rekeyed(new IkeLifetime(Duration.ofMinutes(5), Duration.ZERO, Duration.ofSeconds(5),
                Duration.ZERO)));
        pass(Duration.ofSeconds(290));
        pair.link.weather(new Link.Weather(1, 0, Duration.ZERO, Duration.ZERO));
        pass(Duration.ofSeconds(20));
        assertThat(pair.left.kernel).isEmpty();
        assertThat(pair.right.kernel).hasSize(2);
        pair.link.weather(Link.Weather.FAIR);
        pair.drive(Duration.ofSeconds(30));
        assertPeerKnows();
    }

    /** Nothing is to be gained by waiting for a peer that does not answer. */
    @Test
    void twiceIsAtOnce() {
        keyed(Configs.LEFT);
        pair.link.weather(new Link.Weather(1, 0, Duration.ZERO, Duration.ZERO));
        pair.left.initiate("BFL-BFR", "bf", pair.right, Resource.cpu(2), pair.now);
        force();
        pair.drive(SOON);
        assertThat(pair.left.endpoint.views()).singleElement()
                .satisfies(sa -> assertThat(sa.state()).isEqualTo(IkeSaView.State.DELETING));
        force();
        assertThat(pair.left.endpoint.views()).isEmpty();
    }

    @Test
    void aDeadPeerIsWaitedForNoLongerThanForAnyAnswer() {
        keyed(Configs.LEFT);
        pair.link.weather(new Link.Weather(1, 0, Duration.ZERO, Duration.ZERO));
        pair.left.initiate("BFL-BFR", "bf", pair.right, Resource.cpu(2), pair.now);
        force();
        pair.drive(Duration.ofMinutes(3));
        assertThat(pair.left.endpoint.views()).isEmpty();
        assertThat(pair.left.endpoint.nextTimeout()).isEmpty();
    }
}
