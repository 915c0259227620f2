package dev.keylane.ike.sa;

import static dev.keylane.ike.sa.ChildExchange.sends;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Pair;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Whoever answers for the SA of a further CPU sends on it only when the peer is ready to receive: until then the CPU
 * goes on over the SA of all CPUs, so that nothing is lost.
 */
class ChildHandoverTest {
    private final Pair pair = new Pair(1);

    @BeforeEach
    void fallback() {
        HandshakeScenarioTest.keyed(pair, Configs.LEFT.withPerCpuSas(), Configs.RIGHT.withPerCpuSas());
        assertThat(pair.right.children()).singleElement().satisfies(child -> assertThat(sends(pair.right, child)).isTrue());
    }

    private ChildSa answered(int cpu) {
        pair.left.initiate("BFL-BFR", "bf", pair.right, Resource.cpu(cpu), pair.now);
        pair.deliver(pair.left);
        ChildSa fresh = pair.right.children().getLast();
        assertThat(fresh.resource().isBound()).isTrue();
        return fresh;
    }

    /** RFC 7296 §2.3: a request beyond the window shows that the answers to those before it have come. */
    @Test
    void aRequestBeyondTheWindowProvesThatThePeerIsReady() {
        Handovers handovers = new Handovers();
        handovers.await(7, new Handovers.Request(1, 3), pair.now);
        handovers.await(8, new Handovers.Request(1, 4), pair.now);
        assertThat(handovers.provenBy(new Handovers.Request(1, 4), 2)).isEmpty();
        assertThat(handovers.provenBy(new Handovers.Request(1, 5), 2)).containsExactly(7L);
        assertThat(handovers.provenBy(new Handovers.Request(1, 5), 1)).containsExactly(8L);
        assertThat(handovers.nextTimeout()).isEmpty();
    }

    /** Message ids begin anew when the IKE SA is rekeyed: equal ones are not the same request, higher ones no later. */
    @Test
    void requestsOfDifferentIkeSasAreNotMixedUp() {
        Handovers handovers = new Handovers();
        handovers.await(7, new Handovers.Request(1, 3), pair.now);
        handovers.await(8, new Handovers.Request(2, 3), pair.now);
        assertThat(handovers.provenBy(new Handovers.Request(2, 4), 1)).containsExactly(8L);
        Instant due = handovers.nextTimeout().orElseThrow();
        handovers.repeated(new Handovers.Request(2, 3), pair.now.plusSeconds(1));
        assertThat(handovers.nextTimeout()).contains(due);
        handovers.repeated(new Handovers.Request(1, 3), pair.now.plusSeconds(1));
        assertThat(handovers.nextTimeout().orElseThrow()).isAfter(due);
    }

    @Test
    void otherwiseTimeDoes() {
        ChildSa fresh = answered(0);
        pass(Duration.ofMillis(4400));
        assertThat(sends(pair.right, fresh)).isFalse();
        assertThat(sends(pair.left, pair.left.children().getLast())).isTrue();
        pass(Duration.ofMillis(200));
        assertThat(sends(pair.right, fresh)).isTrue();
        assertThat(pair.right.seen(Effect.CompleteChild.class)).hasSize(1);
        assertThat(pair.right.endpoint.nextTimeout()).isEmpty();
        HandshakeScenarioTest.assertMirrored(pair);
    }

    @Test
    void withoutAnSaOfAllCpusThereIsNothingElseToSendOn() {
        answered(0);
        pair.drive();
        pair.left.on(new Event.TerminateChild(0, pair.left.children().getFirst().id(), false), pair.now);
        pair.drive();
        ChildSa fresh = answered(1);
        assertThat(sends(pair.right, fresh)).isTrue();
    }

    @Test
    void whatIsDeletedIsNotCompleted() {
        ChildSa fresh = answered(0);
        pair.deliver(pair.right);
        pair.left.on(new Event.TerminateChild(0, pair.left.children().getLast().id(), false), pair.now);
        pair.deliver(pair.left);
        assertThat(pair.right.children()).doesNotContain(fresh);
        pair.drive();
        assertThat(pair.right.endpoint.nextTimeout()).isEmpty();
        HandshakeScenarioTest.assertMirrored(pair);
    }

    /** RFC 7296 §1.4.1: the peer closes its half when it hears of it, so nothing may be sent on it by then. */
    @Test
    void whatWeDeleteSendsNoMoreBeforeThePeerHearsOfIt() {
        answered(0);
        pair.drive();
        ChildSa own = pair.left.children().getLast();
        pair.left.on(new Event.TerminateChild(0, own.id(), false), pair.now);
        assertThat(pair.left.seen(Effect.StopSending.class)).extracting(Effect.StopSending::child).containsExactly(own);
        assertThat(pair.left.children()).as("it still receives").contains(own);
        pair.drive();
        pair.left.on(new Event.TerminateChild(0, pair.left.children().getFirst().id(), false), pair.now);
        assertThat(pair.left.seen(Effect.StopSending.class)).as("the SA of all CPUs has none behind it").hasSize(1);
    }

    /** When the SA of all CPUs goes, the others are all there is to send on. */
    @Test
    void whenTheSaOfAllCpusGoesTheRestIsCompleted() {
        ChildSa fresh = answered(0);
        pair.right.on(new Event.ChildExpired(pair.right.children().getFirst().id()), pair.now);
        assertThat(sends(pair.right, fresh)).isTrue();
        pair.drive();
        HandshakeScenarioTest.assertMirrored(pair);
    }

    private void pass(Duration time) {
        Instant end = pair.now.plus(time);
        pair.drive(time);
        pair.now = end;
    }
}
