package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.ChildActions.OnLoss;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Host;
import dev.keylane.ike.sim.Link;
import dev.keylane.ike.sim.Pair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is wanted comes back, by itself and without haste; what is not stays away. */
class WantedScenarioTest {
    private static final Link.Weather DEAD = new Link.Weather(1, 0, Duration.ZERO, Duration.ZERO);
    private static final Duration DPD = Duration.ofSeconds(10);
    private static final Configs RESTART = Configs.LEFT.tries(1, DPD).actions(false, OnLoss.START, OnLoss.CLEAR);
    private static final Configs START = Configs.LEFT.actions(true, OnLoss.CLEAR, OnLoss.CLEAR);
    private static final Configs KEEP = Configs.LEFT.actions(false, OnLoss.CLEAR, OnLoss.START);

    private final Pair pair = new Pair(31, EndpointSettings.DEFAULT, Link.Weather.FAIR);

    @Test
    void aDeadPeerFreesEverythingAndIsFoundAgain() {
        keyed(RESTART.withPerCpuSas(), Configs.RIGHT.withPerCpuSas());
        pair.left.initiate("BFL-BFR", "bf", pair.right, Resource.cpu(2), pair.now);
        pair.drive(Duration.ofSeconds(5));
        assertThat(pair.left.kernel).hasSize(2);

        crash(pair.right);
        pair.drive(Duration.ofMinutes(4));
        assertThat(pair.left.kernel).isEmpty();
        assertThat(pair.left.log()).contains("giving up after 5 retransmits");

        pair.link.weather(Link.Weather.FAIR);
        pair.drive(Duration.ofMinutes(2));
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.left.children()).extracting(ChildSa::resource).as("the CPU's follows when it is asked for")
                .containsExactly(Resource.FALLBACK);
        pair.left.initiate("BFL-BFR", "bf", pair.right, Resource.cpu(2), pair.now);
        pair.drive(Duration.ofSeconds(5));
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.left.kernel).hasSize(2);
    }

    @Test
    void aDeadPeersTrapIsPutInPlace() {
        keyed(Configs.LEFT.tries(1, DPD).actions(false, OnLoss.TRAP, OnLoss.CLEAR), Configs.RIGHT);
        crash(pair.right);
        pair.drive(Duration.ofMinutes(5));
        assertThat(pair.left.seen(Effect.InstallTrap.class)).containsExactly(new Effect.InstallTrap("BFL-BFR", "bf"));
        assertAway(pair.left);
    }

    @Test
    void withoutAnActionADeadPeersChildStaysAway() {
        keyed(Configs.LEFT.tries(1, DPD), Configs.RIGHT);
        crash(pair.right);
        pair.drive(Duration.ofMinutes(10));
        assertAway(pair.left);
    }

    @Test
    void aPeerThatIsNotThereAtFirstIsTriedUntilItIs() {
        HandshakeScenarioTest.load(pair, START, Configs.RIGHT);
        pair.link.weather(DEAD);
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive(Duration.ofMinutes(30));
        assertThat(pair.left.attempts).as("of 165 s each").hasSizeBetween(7, 12);
        pair.link.weather(Link.Weather.FAIR);
        pair.drive(Duration.ofMinutes(6));
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.left.endpoint.views()).hasSize(1);
    }

    @Test
    void whereThereIsNoRouteOneIsWaitedFor() {
        HandshakeScenarioTest.load(pair, START, Configs.RIGHT);
        pair.left.peer = null;
        pair.left.on(new Event.InitiateHindered("BFL-BFR", "bf", "no way there"), pair.now);
        assertThat(pair.left.seen(Effect.ChildFailed.class)).containsExactly(
                new Effect.ChildFailed(0, "BFL-BFR", "bf", Resource.NONE, 0, 0, "no way there"));
        assertThat(pair.left.seen(Effect.Note.class)).filteredOn(note -> note.level() == 0).singleElement().satisfies(note -> {
            assertThat(note.message()).isEqualTo("establishing CHILD_SA bf failed: no way there");
            assertThat(note.connection()).isEqualTo("BFL-BFR");
        });
        pair.drive(Duration.ofMinutes(3));
        assertThat(pair.left.seen(Effect.ChildFailed.class)).as("each attempt is told").hasSizeBetween(7, 10);
        assertThat(pair.left.kernel).isEmpty();
        pair.left.peer = pair.right.address;
        pair.drive(Duration.ofMinutes(5));
        HandshakeScenarioTest.assertMirrored(pair);
    }

    @Test
    void whatNobodyWantsIsTriedOnce() {
        HandshakeScenarioTest.load(pair, Configs.LEFT, Configs.RIGHT);
        pair.link.weather(DEAD);
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive(Duration.ofMinutes(30));
        assertThat(pair.left.attempts).hasSize(1);
        assertAway(pair.left);
    }

    @Test
    void aRefusingPeerIsAskedLessAndLessOften() {
        HandshakeScenarioTest.load(pair, START, Configs.RIGHT.psk("other"));
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive(Duration.ofHours(2));
        List<Duration> waits = waits(pair.left.attempts);
        assertThat(waits.getFirst()).isBetween(Duration.ofMillis(750), Duration.ofSeconds(2));
        assertThat(waits.getLast()).isBetween(Duration.ofSeconds(225), Duration.ofSeconds(301));
        assertThat(waits).hasSizeBetween(25, 45);
    }

    @Test
    void aRefusedChildIsAskedForOnTheSameIkeSa() {
        HandshakeScenarioTest.load(pair, START, Configs.RIGHT);
        pair.right.kernelAccepts = _ -> false;
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive(Duration.ofMinutes(2));
        assertThat(pair.left.endpoint.views()).hasSize(1);
        pair.right.kernelAccepts = _ -> true;
        pair.drive(Duration.ofMinutes(6));
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.left.attempts).as("IKE SAs").hasSize(1);
    }

    @Test
    void whatThePeerClosesIsBackAtOnceButNotInALoop() {
        keyed(KEEP, Configs.RIGHT);
        Instant end = pair.now.plus(Duration.ofMinutes(4));
        while (pair.now.isBefore(end)) {
            pair.right.endpoint.views().stream().filter(sa -> sa.state() == IkeSaView.State.ESTABLISHED).forEach(
                    sa -> pair.right.on(new Event.TerminateIke(0, sa.id(), false), pair.now));
            pair.advance(Duration.ofMillis(100));
        }
        List<Duration> waits = waits(pair.left.attempts);
        assertThat(waits.getFirst()).isLessThan(Duration.ofSeconds(1));
        assertThat(waits).as("1 s, 2 s, 4 s and so on").hasSizeBetween(5, 12);
        pair.drive(Duration.ofMinutes(6));
        HandshakeScenarioTest.assertMirrored(pair);
    }

    @Test
    void aClosedChildComesBackOnItsIkeSa() {
        keyed(KEEP.withPerCpuSas(), Configs.RIGHT.withPerCpuSas());
        pair.left.initiate("BFL-BFR", "bf", pair.right, Resource.cpu(0), pair.now);
        pair.drive(Duration.ofSeconds(5));
        long fallback = pair.right.children().getFirst().id();
        pair.right.on(new Event.TerminateChild(0, fallback, false), pair.now);
        pair.drive(Duration.ofSeconds(5));
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.left.endpoint.views()).hasSize(1);
        assertThat(pair.left.children()).extracting(ChildSa::resource)
                .containsExactlyInAnyOrder(Resource.FALLBACK, Resource.cpu(0));
    }

    @Test
    void theSaOfACpuIsLeftToItsTraffic() {
        keyed(KEEP.withPerCpuSas(), Configs.RIGHT.withPerCpuSas());
        pair.left.initiate("BFL-BFR", "bf", pair.right, Resource.cpu(0), pair.now);
        pair.drive(Duration.ofSeconds(5));
        long bound = pair.right.children().getLast().id();
        pair.right.on(new Event.TerminateChild(0, bound, false), pair.now);
        pair.drive(Duration.ofMinutes(1));
        assertThat(pair.left.children()).extracting(ChildSa::resource).containsExactly(Resource.FALLBACK);
    }

    @Test
    void theEndOfItsLifeDoesNotEndAWantedChild() {
        keyed(START, Configs.RIGHT);
        pair.left.on(new Event.TerminateChild(0, pair.left.children().getFirst().id(), false), pair.now);
        pair.drive(Duration.ofSeconds(5));
        HandshakeScenarioTest.assertMirrored(pair);
        pair.left.on(new Event.TerminateIke(0, pair.left.endpoint.views().getFirst().id(), false), pair.now);
        pair.drive(Duration.ofSeconds(5));
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.left.endpoint.views()).hasSize(1);
    }

    @Test
    void rekeyingIsNoLoss() {
        keyed(START, KEEP.ids("host2", "host1"));
        pair.left.on(new Event.RekeyChild(0, pair.left.children().getFirst().id()), pair.now);
        pair.drive(Duration.ofMinutes(1));
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.left.kernel).hasSize(1);
        assertThat(pair.left.seen(Effect.Reinitiate.class)).isEmpty();
        assertThat(pair.right.seen(Effect.Reinitiate.class)).isEmpty();
    }

    @Test
    void theOperatorHasTheLastWord() {
        Configs eager = Configs.LEFT.tries(0, DPD).actions(true, OnLoss.START, OnLoss.START);
        keyed(eager, Configs.RIGHT);
        pair.left.on(new Event.TerminateChild(7, pair.left.children().getFirst().id(), false), pair.now);
        pair.drive(Duration.ofMinutes(10));
        assertThat(pair.left.kernel).isEmpty();
        pair.left.on(new Event.TerminateIke(8, pair.left.endpoint.views().getFirst().id(), false), pair.now);
        pair.drive(Duration.ofMinutes(10));
        assertAway(pair.left);

        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive(Duration.ofSeconds(5));
        pair.left.on(new Event.TerminateIke(9, pair.left.endpoint.views().getFirst().id(), true), pair.now);
        pair.drive(Duration.ofMinutes(10));
        assertAway(pair.left);
    }

    @Test
    void theOperatorMayCloseWhatThePeerDoesNotAnswerFor() {
        keyed(Configs.LEFT.tries(1, DPD).actions(true, OnLoss.START, OnLoss.START), Configs.RIGHT);
        pair.link.weather(DEAD);
        pair.left.on(new Event.TerminateIke(8, pair.left.endpoint.views().getFirst().id(), false), pair.now);
        pair.drive(Duration.ofMinutes(10));
        assertAway(pair.left);
    }

    @Test
    void anAttemptMayBeCancelledAndGivenUp() {
        HandshakeScenarioTest.load(pair, START, Configs.RIGHT);
        pair.link.weather(DEAD);
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive(Duration.ofSeconds(5));
        pair.left.on(new Event.TerminateIke(8, pair.left.endpoint.views().getFirst().id(), false), pair.now);
        pair.drive(Duration.ofMinutes(10));
        assertAway(pair.left);

        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive(Duration.ofSeconds(165));
        pair.left.on(new Event.Renounce("BFL-BFR", null), pair.now);
        pair.drive(Duration.ofMinutes(10));
        assertAway(pair.left);
    }

    @Test
    void whatIsUnloadedIsNotTriedAnyMore() {
        HandshakeScenarioTest.load(pair, START, Configs.RIGHT.psk("other"));
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive(Duration.ofSeconds(10));
        int before = pair.left.attempts.size();
        pair.left.load(PolicyBook.EMPTY, pair.now);
        pair.drive(Duration.ofMinutes(30));
        assertThat(pair.left.attempts).hasSize(before);
        assertAway(pair.left);
    }

    @Test
    void bothSidesBringBackWhatBothLost() {
        Configs right = Configs.RIGHT.tries(1, DPD).actions(false, OnLoss.START, OnLoss.CLEAR);
        keyed(RESTART, right);
        pair.link.weather(DEAD);
        pair.drive(Duration.ofMinutes(8));
        pair.link.weather(Link.Weather.FAIR);
        pair.drive(Duration.ofMinutes(8));
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.left.endpoint.views()).hasSizeBetween(1, 2);
    }

    private void keyed(Configs left, Configs right) {
        HandshakeScenarioTest.load(pair, left, right);
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive(Duration.ofSeconds(5));
        HandshakeScenarioTest.assertMirrored(pair);
    }

    /** The host forgets everything and is not heard of until the weather is better. */
    private void crash(Host host) {
        pair.link.weather(DEAD);
        host.endpoint.views().forEach(sa -> host.on(new Event.TerminateIke(1, sa.id(), true), pair.now));
    }

    private static void assertAway(Host host) {
        assertThat(host.kernel).isEmpty();
        assertThat(host.endpoint.views()).isEmpty();
        assertThat(host.endpoint.nextTimeout()).isEmpty();
    }

    private static List<Duration> waits(List<Instant> times) {
        List<Duration> waits = new ArrayList<>();
        for (int i = 1; i < times.size(); i++) {
            waits.add(Duration.between(times.get(i - 1), times.get(i)));
        }
        return waits;
    }
}
