package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Link;
import dev.keylane.ike.sim.Pair;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A link was down: what was sent into the void is sent again when the link is back, not when its timer says so. */
class PathRestoredScenarioTest {
    private final Pair pair = keyed();

    @Test
    void whatWaitsIsSentAtOnce() {
        ChildSa old = pair.left.children().getFirst();
        cut();
        pair.left.on(new Event.RekeyChild(1, old.id()), pair.now);
        pair.advance(Duration.ofSeconds(6));
        mend();
        pair.advance(Duration.ofMillis(300));
        assertThat(pair.left.children()).as("the timer has seconds to go").containsExactly(old);

        pair.left.on(new Event.PathRestored(old.id()), pair.now);
        pair.advance(Duration.ofMillis(300));
        assertThat(pair.left.children()).hasSize(1).doesNotContain(old);
        assertThat(pair.left.seen(Effect.RequestDone.class)).contains(new Effect.RequestDone(1, null));
    }

    @Test
    void whatWasSentIntoTheVoidDoesNotCount() {
        ChildSa old = pair.left.children().getFirst();
        cut();
        pair.left.on(new Event.RekeyChild(1, old.id()), pair.now);
        for (int minute = 0; minute < 10; minute++) {
            pair.advance(Duration.ofMinutes(1));
            pair.left.on(new Event.PathRestored(old.id()), pair.now);
        }
        assertThat(pair.left.endpoint.views()).as("not given up").hasSize(1);
        pair.advance(Duration.ofMinutes(4));
        assertThat(pair.left.endpoint.views()).as("given up").isEmpty();
    }

    @Test
    void nothingIsSentWhenNothingWaits() {
        List<Effect.SendDatagram> before = pair.left.seen(Effect.SendDatagram.class);
        pair.left.on(new Event.PathRestored(pair.left.children().getFirst().id()), pair.now);
        pair.left.on(new Event.PathRestored(99), pair.now);
        pair.advance(Duration.ofSeconds(1));
        assertThat(pair.left.seen(Effect.SendDatagram.class)).isEqualTo(before);
    }

    private void cut() {
        pair.link.weather(new Link.Weather(1, 0, Duration.ZERO, Duration.ZERO));
    }

    private void mend() {
        pair.link.weather(Link.Weather.FAIR);
    }

    private static Pair keyed() {
        Pair pair = new Pair(5);
        HandshakeScenarioTest.keyed(pair, Configs.LEFT, Configs.RIGHT);
        return pair;
    }
}
