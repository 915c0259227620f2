package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.Resource;
import dev.keylane.ike.sim.Link;
import dev.keylane.ike.sim.Pair;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.NotifyType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A peer that answers TEMPORARY_FAILURE for it is rekeying the IKE SA, RFC 7296 §2.25.2, and does not get on with it. */
class BusyPeerScenarioTest {
    private final Pair pair = ChildScenarioTest.perCpuPair(8, Link.Weather.FAIR);
    private final List<Instant> asked = new ArrayList<>();
    private final List<Instant> rekeyed = new ArrayList<>();
    private final List<Instant> installed = new ArrayList<>();
    private final long request;

    BusyPeerScenarioTest() {
        pair.link.lose(header -> header.exchange() == ExchangeType.CREATE_CHILD_SA && !header.response()
                && !header.initiator());
        pair.left.seen.clear();
        pair.left.witness = (now, effect) -> {
            switch (effect) {
                case Effect.Note note when note.text().startsWith("establishing CHILD_SA %s") && !note.message().contains(
                        "failed") -> asked.add(now);
                case Effect.IkeRekeyed _ -> rekeyed.add(now);
                case Effect.InstallChild _ -> installed.add(now);
                default -> { }
            }
        };
        pair.right.on(new Event.RekeyIke(0, pair.right.endpoint.views().getLast().id()), pair.now);
        request = pair.left.initiate("BFL-BFR", "bf", pair.right, Resource.cpu(1), pair.now);
    }

    @Test
    void isAskedAgainEverLaterAndNotForEver() {
        pair.drive(Duration.ofSeconds(100));
        assertThat(asked).hasSize(6);
        for (int i = 1; i < asked.size(); i++) {
            assertThat(Duration.between(asked.get(i - 1), asked.get(i)))
                    .isBetween(Duration.ofSeconds(1L << i - 1), Duration.ofSeconds(1L << i).plusMillis(100));
        }
        assertThat(pair.left.seen(Effect.ChildFailed.class)).singleElement()
                .satisfies(failed -> assertThat(failed.notifyType()).isEqualTo(NotifyType.TEMPORARY_FAILURE));
        assertThat(pair.left.seen(Effect.RequestDone.class))
                .containsExactly(new Effect.RequestDone(request, "received TEMPORARY_FAILURE notify error"));
        assertThat(pair.left.kernel).hasSize(5);
    }

    @Test
    void isAskedAtOnceOnTheNewIkeSa() {
        pair.drive(Duration.ofSeconds(20));
        assertThat(pair.left.seen(Effect.RequestDone.class)).isEmpty();
        pair.link.lose(_ -> false);
        pair.drive(Duration.ofSeconds(60));
        assertThat(rekeyed).hasSize(1);
        assertThat(Duration.between(rekeyed.getFirst(), installed.getFirst())).isLessThan(Duration.ofSeconds(1));
        assertThat(pair.left.seen(Effect.RequestDone.class)).containsExactly(new Effect.RequestDone(request, null));
        assertThat(pair.left.children()).hasSize(6);
        HandshakeScenarioTest.assertMirrored(pair);
    }

    @Test
    void isNotAskedAgainOnceTheIkeSaIsClosed() {
        pair.drive(Duration.ofSeconds(5));
        int before = asked.size();
        pair.left.on(new Event.TerminateIke(99, pair.left.endpoint.views().getLast().id(), false), pair.now);
        pair.link.lose(_ -> false);
        pair.drive(Duration.ofMinutes(5));
        assertThat(asked).hasSize(before);
        assertThat(pair.left.seen(Effect.RequestDone.class)).containsExactly(
                new Effect.RequestDone(request, "the IKE_SA is being closed"), new Effect.RequestDone(99, null));
        assertThat(pair.left.endpoint.views()).isEmpty();
        assertThat(pair.left.endpoint.nextTimeout()).isEmpty();
    }
}
