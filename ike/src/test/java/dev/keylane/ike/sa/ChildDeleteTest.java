package dev.keylane.ike.sa;

import static dev.keylane.ike.sa.ChildExchange.state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.sa.ChildExchange.Kind;
import dev.keylane.ike.sa.ChildSaView.State;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Deleting Child SAs, RFC 7296 §1.4.1, message by message. */
class ChildDeleteTest {
    private ChildExchange x = ChildExchange.of(Kind.PLAIN);

    @AfterEach
    void nothingStays() {
        x.close();
    }

    static Stream<Arguments> bothWays() {
        return ChildRekeyTest.bothWays();
    }

    @ParameterizedTest
    @MethodSource("bothWays")
    void regular(Kind kind, boolean swapped) {
        x = ChildExchange.of(kind, swapped);
        x.delete(x.a);
        assertThat(state(x.a, x.old(x.a))).isEqualTo(State.DELETING);
        x.deliver(x.a);
        assertThat(x.b.children()).doesNotContain(x.old(x.b));
        x.deliver(x.b);
        assertThat(x.a.children()).doesNotContain(x.old(x.a));
        x.settleGone();
    }

    @ParameterizedTest
    @MethodSource("bothWays")
    void collision(Kind kind, boolean swapped) {
        x = ChildExchange.of(kind, swapped);
        x.delete(x.a);
        x.delete(x.b);
        x.deliver(x.a);
        x.deliver(x.b);
        x.deliver(x.b);
        x.deliver(x.a);
        assertThat(x.a.children()).doesNotContain(x.old(x.a));
        assertThat(x.b.children()).doesNotContain(x.old(x.b));
        x.settleGone();
    }

    /** One of the Deletes is late: its receiver has long forgotten the SA. */
    @ParameterizedTest
    @MethodSource("bothWays")
    void collisionDrop(Kind kind, boolean swapped) {
        x = ChildExchange.of(kind, swapped);
        x.delete(x.a);
        x.delete(x.b);
        Effect.SendDatagram late = x.pair.hold(x.b);
        x.deliver(x.a);
        x.deliver(x.b);
        assertThat(x.a.children()).doesNotContain(x.old(x.a));
        x.pair.deliver(late);
        x.deliver(x.a);
        assertThat(x.b.children()).doesNotContain(x.old(x.b));
        x.settleGone();
    }
}
