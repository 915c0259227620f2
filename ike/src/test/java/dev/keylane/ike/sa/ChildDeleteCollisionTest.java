package dev.keylane.ike.sa;

import static dev.keylane.ike.sa.ChildExchange.state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.sa.ChildExchange.Kind;
import dev.keylane.ike.sa.ChildSaView.State;
import dev.keylane.ike.wire.ExchangeType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One side rekeys a Child SA while the other one deletes it, RFC 7296 §2.25.1. */
class ChildDeleteCollisionTest {
    private static final String REFUSED = "received TEMPORARY_FAILURE notify, no CHILD_SA built";
    private ChildExchange x = ChildExchange.of(Kind.PLAIN);

    @AfterEach
    void nothingStays() {
        x.close();
    }

    static Stream<Arguments> bothWays() {
        return ChildRekeyTest.bothWays();
    }

    private void begin(Kind kind, boolean swapped) {
        x = ChildExchange.of(kind, swapped);
        x.rekey(x.a);
        x.delete(x.b);
        assertThat(state(x.b, x.old(x.b))).isEqualTo(State.DELETING);
    }

    @ParameterizedTest
    @MethodSource("bothWays")
    void collisionDelete(Kind kind, boolean swapped) {
        begin(kind, swapped);
        x.deliver(x.a);
        assertThat(state(x.b, x.old(x.b))).isEqualTo(State.DELETING);
        x.deliver(x.b);
        assertThat(x.a.children()).doesNotContain(x.old(x.a));
        x.deliver(x.b);
        assertThat(x.a.log()).contains(REFUSED);
        assertThat(x.a.endpoint.nextTimeout()).isEmpty();
        x.settleGone();
        assertThat(x.a.seen(Effect.ChildDown.class).getFirst().reason()).isEqualTo("deleted by the peer");
    }

    /** The Delete is late, so that the one who rekeys does not see why it is refused. */
    @ParameterizedTest
    @MethodSource("bothWays")
    void collisionDeleteDropDelete(Kind kind, boolean swapped) {
        begin(kind, swapped);
        Effect.SendDatagram delete = x.pair.hold(x.b);
        x.deliver(x.a);
        x.deliver(x.b);
        assertThat(state(x.a, x.old(x.a))).isEqualTo(State.INSTALLED);
        assertThat(x.a.endpoint.nextTimeout()).contains(x.pair.now.plusSeconds(5));
        x.pair.deliver(delete);
        assertThat(x.a.children()).doesNotContain(x.old(x.a));
        assertThat(x.a.endpoint.nextTimeout()).isEmpty();
        x.settleGone();
    }

    /** The Delete is lost, and sent again. */
    @ParameterizedTest
    @MethodSource("bothWays")
    void collisionDeleteLostDelete(Kind kind, boolean swapped) {
        begin(kind, swapped);
        x.pair.hold(x.b);
        x.settleGone();
    }

    /** RFC 7296 §2.25: a peer that is busy is asked again ever later, until the life of the SA is over. */
    @ParameterizedTest
    @MethodSource("bothWays")
    void temporaryFailuresUntilTheHardExpire(Kind kind, boolean swapped) {
        begin(kind, swapped);
        x.pair.hold(x.b);
        boolean initiator = x.b == x.pair.left;
        x.pair.link.lose(header -> header.exchange() == ExchangeType.INFORMATIONAL && !header.response()
                && header.initiator() == initiator);
        List<Integer> asked = new ArrayList<>();
        for (int second = 0; second < 80; second++) {
            long before = attempts();
            x.pass(Duration.ofSeconds(1));
            if (attempts() > before) {
                asked.add(second);
            }
        }
        assertThat(asked).containsExactly(5, 15, 35, 75);
        x.a.on(new Event.ChildExpired(x.old(x.a).id()), x.pair.now);
        assertThat(x.a.children()).doesNotContain(x.old(x.a));
        assertThat(x.a.seen(Effect.ChildDown.class).getLast().reason()).isEqualTo("expired");
        x.pair.link.lose(_ -> false);
        x.settleGone();
        assertThat(attempts()).isEqualTo(5);
    }

    private long attempts() {
        return x.a.log().stream().filter(line -> line.startsWith("rekeying CHILD_SA bf{") && line.endsWith("}")).count();
    }

    @ParameterizedTest
    @MethodSource("bothWays")
    void collisionDeleteDropRekey(Kind kind, boolean swapped) {
        begin(kind, swapped);
        Effect.SendDatagram rekey = x.pair.hold(x.a);
        x.deliver(x.b);
        x.deliver(x.a);
        assertThat(x.b.children()).doesNotContain(x.old(x.b));
        x.pair.deliver(rekey);
        x.deliver(x.b);
        assertThat(x.a.log()).contains("received CHILD_SA_NOT_FOUND notify, no CHILD_SA built");
        assertThat(x.pair.isSilent(x.a)).isTrue();
        x.settleGone();
    }

    @ParameterizedTest
    @MethodSource("bothWays")
    void collisionDeleteDelayedResponse(Kind kind, boolean swapped) {
        begin(kind, swapped);
        x.deliver(x.a);
        x.deliver(x.b);
        Effect.SendDatagram refusal = x.pair.hold(x.b);
        x.deliver(x.a);
        assertThat(x.b.children()).doesNotContain(x.old(x.b));
        x.pair.deliver(refusal);
        assertThat(x.a.log()).contains(REFUSED);
        assertThat(x.a.endpoint.nextTimeout()).isEmpty();
        x.settleGone();
    }
}
