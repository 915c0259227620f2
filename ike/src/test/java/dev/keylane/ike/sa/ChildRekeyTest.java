package dev.keylane.ike.sa;

import static dev.keylane.ike.sa.ChildExchange.sends;
import static dev.keylane.ike.sa.ChildExchange.state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.proposal.KeGroup;
import dev.keylane.ike.sa.ChildExchange.Kind;
import dev.keylane.ike.sa.ChildSaView.State;
import dev.keylane.ike.wire.ExchangeType;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Rekeying where only one side wants it, message by message. */
class ChildRekeyTest {
    private ChildExchange x = ChildExchange.of(Kind.PLAIN);

    @AfterEach
    void nothingStays() {
        x.close();
    }

    static Stream<Arguments> bothWays() {
        return Stream.of(Kind.values()).flatMap(kind -> Stream.of(Arguments.of(kind, false), Arguments.of(kind, true)));
    }

    @ParameterizedTest
    @MethodSource("bothWays")
    void regular(Kind kind, boolean swapped) {
        x = ChildExchange.of(kind, swapped);
        x.rekey(x.a);
        assertThat(state(x.a, x.old(x.a))).isEqualTo(State.REKEYING);
        x.deliver(x.a);
        ChildSa fresh = x.fresh(x.b).getFirst();
        assertThat(state(x.b, x.old(x.b))).isEqualTo(State.REKEYED);
        assertThat(sends(x.b, x.old(x.b))).isTrue();
        assertThat(sends(x.b, fresh)).isFalse();
        x.deliver(x.b);
        assertThat(state(x.a, x.old(x.a))).isEqualTo(State.DELETING);
        assertThat(sends(x.a, x.fresh(x.a).getFirst())).isTrue();
        x.deliver(x.a);
        assertThat(x.b.children()).doesNotContain(x.old(x.b));
        assertThat(sends(x.b, fresh)).isTrue();
        assertThat(fresh.resource()).isEqualTo(x.old(x.b).resource());
        x.settleReplaced();
    }

    @ParameterizedTest
    @MethodSource("bothWays")
    void keInvalid(Kind kind, boolean swapped) {
        x = ChildExchange.of(kind, swapped, "aes128gcm16-x25519-ecp256", "aes128gcm16-ecp384-ecp256");
        // The setting up has gone through it as well, for children after the first.
        x.rekey(x.a);
        x.deliver(x.a);
        assertThat(state(x.b, x.old(x.b))).isEqualTo(State.INSTALLED);
        assertThat(x.fresh(x.b)).isEmpty();
        x.deliver(x.b);
        assertThat(state(x.a, x.old(x.a))).isEqualTo(State.REKEYING);
        x.deliver(x.a);
        x.deliver(x.b);
        assertThat(x.fresh(x.a).getFirst().terms().suite().group()).isEqualTo(KeGroup.ECP_256);
        x.settleReplaced();
    }

    @ParameterizedTest
    @EnumSource
    void responderIgnoreSoftExpire(Kind kind) {
        x = ChildExchange.of(kind);
        x.rekey(x.a);
        x.deliver(x.a);
        x.deliver(x.b);
        x.rekey(x.b);
        assertThat(x.pair.isSilent(x.b)).isTrue();
        assertThat(state(x.b, x.old(x.b))).isEqualTo(State.REKEYED);
        x.settleReplaced();
    }

    @ParameterizedTest
    @EnumSource
    void responderHandleHardExpire(Kind kind) {
        x = ChildExchange.of(kind);
        x.rekey(x.a);
        x.deliver(x.a);
        x.deliver(x.b);
        x.b.on(new Event.ChildExpired(x.old(x.b).id()), x.pair.now);
        assertThat(x.b.children()).doesNotContain(x.old(x.b));
        assertThat(sends(x.b, x.fresh(x.b).getFirst())).isTrue();
        assertThat(x.b.seen(Effect.ChildDown.class)).singleElement()
                .satisfies(down -> assertThat(down.reason()).isEqualTo("expired"));
        x.deliver(x.b);
        x.deliver(x.a);
        x.settleReplaced();
    }

    @ParameterizedTest
    @EnumSource
    void responderDelete(Kind kind) {
        x = ChildExchange.of(kind);
        x.rekey(x.a);
        x.deliver(x.a);
        x.deliver(x.b);
        x.delete(x.b, x.fresh(x.b).getFirst());
        x.deliver(x.b);
        x.settleGone();
    }

    @ParameterizedTest
    @EnumSource
    void initiatorDelete(Kind kind) {
        x = ChildExchange.of(kind);
        x.rekey(x.a);
        x.deliver(x.a);
        x.deliver(x.b);
        x.delete(x.a, x.fresh(x.a).getFirst());
        x.settleGone();
    }

    @ParameterizedTest
    @EnumSource
    void responderLostSa(Kind kind) {
        x = ChildExchange.of(kind);
        x.b.on(new Event.TerminateChild(0, x.old(x.b).id(), true), x.pair.now);
        x.pair.hold(x.b);
        x.rekey(x.a);
        x.deliver(x.a);
        x.deliver(x.b);
        assertThat(x.a.log()).contains("received CHILD_SA_NOT_FOUND notify, no CHILD_SA built");
        assertThat(x.a.children()).doesNotContain(x.old(x.a));
        x.settleReplaced();
        assertThat(x.a.seen(Effect.ChildDown.class).getFirst().reason()).isEqualTo("unknown to the peer");
    }

    /** The Delete comes before the answer to the rekeying. */
    @ParameterizedTest
    @EnumSource
    void responderIncorrectDelete(Kind kind) {
        x = ChildExchange.of(kind);
        x.rekey(x.a);
        x.deliver(x.a);
        Effect.SendDatagram answer = x.pair.hold(x.b);
        x.delete(x.b);
        x.deliver(x.b);
        assertThat(x.a.children()).doesNotContain(x.old(x.a));
        x.pair.deliver(answer);
        assertThat(x.fresh(x.a)).hasSize(1);
        x.settleReplaced();
    }

    /** The responder closes what it has just made, and its answer comes late: we must not keep what nobody receives. */
    @ParameterizedTest
    @EnumSource
    void responderDeleteDelayedResponse(Kind kind) {
        x = ChildExchange.of(kind);
        x.rekey(x.a);
        x.deliver(x.a);
        Effect.SendDatagram answer = x.pair.hold(x.b);
        x.delete(x.b, x.fresh(x.b).getFirst());
        x.deliver(x.b);
        x.pair.deliver(answer);
        assertThat(x.fresh(x.a)).isEmpty();
        assertThat(state(x.a, x.old(x.a))).isEqualTo(State.INSTALLED);
        x.settleReplaced();
    }

    @ParameterizedTest
    @EnumSource
    void deleteTimeout(Kind kind) {
        x = ChildExchange.of(kind);
        x.rekey(x.a);
        x.deliver(x.a);
        x.deliver(x.b);
        x.pair.hold(x.a);
        boolean initiator = x.a == x.pair.left;
        x.pair.link.lose(header -> header.exchange() == ExchangeType.INFORMATIONAL && !header.response()
                && header.initiator() == initiator);
        x.pass(Duration.ofSeconds(4));
        assertThat(sends(x.b, x.fresh(x.b).getFirst())).isFalse();
        x.pass(Duration.ofSeconds(3));
        assertThat(sends(x.b, x.fresh(x.b).getFirst())).isTrue();
        assertThat(state(x.b, x.old(x.b))).isEqualTo(State.REKEYED);
        x.pass(Duration.ofSeconds(40));
        assertThat(x.b.children()).doesNotContain(x.old(x.b));
        assertThat(x.b.log()).anyMatch(line -> line.startsWith("peer did not delete CHILD_SA bf{"));
        x.pair.link.lose(_ -> false);
        x.settleReplaced();
    }

    /** As long as the peer asks again, it has not got our answer, and cannot receive on the new SA. */
    @ParameterizedTest
    @EnumSource
    void lostResponses(Kind kind) {
        x = ChildExchange.of(kind);
        x.rekey(x.a);
        boolean initiator = x.b == x.pair.left;
        x.pair.link.lose(header -> header.response() && header.initiator() == initiator);
        for (int second = 0; second < 40; second++) {
            x.pass(Duration.ofSeconds(1));
            assertThat(sends(x.b, x.fresh(x.b).getFirst())).as("second " + second).isFalse();
        }
        x.pair.link.lose(_ -> false);
        x.settleReplaced();
    }
}
