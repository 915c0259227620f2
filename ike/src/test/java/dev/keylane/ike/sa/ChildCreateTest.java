package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.sa.ChildExchange.Kind;
import dev.keylane.ike.sim.Host;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Creating Child SAs, message by message. */
class ChildCreateTest {
    private ChildExchange x = ChildExchange.of(Kind.PLAIN);

    @AfterEach
    void nothingStays() {
        x.close();
    }

    /** What is there already is not made again, whichever side is told to. */
    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "FALLBACK"})
    void duplicate(Kind kind) {
        x = ChildExchange.of(kind);
        int before = x.a.children().size();
        refused(x.a, x.b);
        refused(x.b, x.a);
        assertThat(x.a.children()).hasSize(before);
    }

    private void refused(Host host, Host peer) {
        long request = host.initiate("BFL-BFR", "bf", peer, x.pair.now);
        assertThat(x.pair.isSilent(host)).isTrue();
        assertThat(host.seen(Effect.RequestDone.class).getLast())
                .isEqualTo(new Effect.RequestDone(request, "CHILD_SA bf exists already"));
    }

    /** An acquire tells that traffic has no SA, whatever we believe: a second one cures it. */
    @Test
    void anAcquireIsAnsweredThoughThereIsOne() {
        x.a.on(new Event.Initiate(7, "BFL-BFR", "bf", new Path(x.a.address, x.b.address),
                new Event.Trigger(Resource.NONE, 99, null)), x.pair.now);
        x.pair.drive();
        assertThat(x.a.seen(Effect.RequestDone.class)).contains(new Effect.RequestDone(7, null));
        assertThat(x.a.children()).hasSize(2);
    }

    /** Both sides make one at a time: neither is needless before it is there, so both stay. */
    @ParameterizedTest
    @EnumSource(names = "PLAIN")
    void collision(Kind kind) {
        x = ChildExchange.of(kind);
        x.delete(x.a);
        x.pair.drive();
        x.a.initiate("BFL-BFR", "bf", x.b, x.pair.now);
        x.b.initiate("BFL-BFR", "bf", x.a, x.pair.now);
        x.pair.drive();
        HandshakeScenarioTest.assertMirrored(x.pair);
        assertThat(x.a.children()).hasSize(2);
    }
}
