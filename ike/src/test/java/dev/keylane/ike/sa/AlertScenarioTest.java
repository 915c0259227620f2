package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Pair;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What charon's users are alerted of. */
class AlertScenarioTest {
    @Test
    void ofWhatIsSentAgainAndThatItWasAnsweredAfterAll() {
        Pair pair = new Pair(4);
        Set<Integer> lost = new HashSet<>();
        pair.link.lose(header -> !header.response() && lost.add(header.exchange()));
        HandshakeScenarioTest.keyed(pair, Configs.LEFT, Configs.RIGHT);
        assertThat(pair.left.seen(Effect.Alerted.class)).extracting(Effect.Alerted::alert).containsExactly(
                Alert.RETRANSMIT_SEND, Alert.RETRANSMIT_SEND_CLEARED, Alert.RETRANSMIT_SEND, Alert.RETRANSMIT_SEND_CLEARED);
        assertThat(pair.left.seen(Effect.Alerted.class)).extracting(Effect.Alerted::sa).doesNotContainNull();
    }

    @Test
    void ofNothingWhenAllGoesWell() {
        Pair pair = new Pair(5);
        HandshakeScenarioTest.keyed(pair, Configs.LEFT, Configs.RIGHT);
        assertThat(pair.left.seen(Effect.Alerted.class)).isEmpty();
        assertThat(pair.right.seen(Effect.Alerted.class)).isEmpty();
    }
}
