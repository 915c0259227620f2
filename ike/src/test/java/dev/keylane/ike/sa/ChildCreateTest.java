package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.sa.ChildExchange.Kind;
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

    /** RFC 7296 §1.3.1 forbids no second one with the same selectors; RFC 9611 lives on it. */
    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "FALLBACK"})
    void duplicate(Kind kind) {
        x = ChildExchange.of(kind);
        int before = x.a.children().size();
        x.b.initiate("BFL-BFR", "bf", x.a, x.pair.now);
        x.pair.drive();
        HandshakeScenarioTest.assertMirrored(x.pair);
        assertThat(x.a.children()).hasSize(before + 1);
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
