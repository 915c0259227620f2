package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Pair;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How long exchanges take over a link of 10 ms each way. */
class LatencyScenarioTest {
    @Test
    void handshakesAreTimedFromTheirFirstMessageOnEachSide() {
        Pair pair = new Pair(1);
        HandshakeScenarioTest.keyed(pair, Configs.LEFT, Configs.RIGHT);
        assertThat(pair.left.seen(Effect.HandshakeDone.class)).containsExactly(
                new Effect.HandshakeDone(true, HandshakeResult.ESTABLISHED, Duration.ofMillis(40)));
        assertThat(pair.right.seen(Effect.HandshakeDone.class)).containsExactly(
                new Effect.HandshakeDone(false, HandshakeResult.ESTABLISHED, Duration.ofMillis(20)));
    }

    @Test
    void requestsAreTimedByWhatTheyAreFor() {
        Pair pair = new Pair(2);
        HandshakeScenarioTest.keyed(pair, Configs.LEFT, Configs.RIGHT);
        pair.left.on(new Event.RekeyChild(0, pair.left.children().getFirst().id()), pair.now);
        pair.drive();
        Duration roundTrip = Duration.ofMillis(20);
        assertThat(pair.left.seen(Effect.Answered.class)).containsExactly(
                new Effect.Answered(Effect.Asked.REKEY_CHILD, roundTrip), new Effect.Answered(Effect.Asked.DELETE, roundTrip));
        assertThat(pair.right.seen(Effect.Answered.class)).as("it has asked for nothing").isEmpty();
        pair.left.seen.clear();
        pair.left.on(new Event.RekeyIke(0, 1), pair.now);
        pair.drive();
        assertThat(pair.left.seen(Effect.Answered.class)).contains(new Effect.Answered(Effect.Asked.REKEY_IKE, roundTrip));
    }
}
