package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.policy.ChildActions.OnLoss;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.IkeLifetime;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Link;
import dev.keylane.ike.sim.Pair;
import dev.keylane.ike.wire.ExchangeType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When IKE SAs are rekeyed, and what becomes of those that cannot be. */
class IkeLifetimeScenarioTest {
    private static final IkeLifetime HOUR = lifetime(Duration.ofHours(1), Duration.ofMinutes(6), Duration.ofMinutes(10));

    private static IkeLifetime lifetime(Duration rekey, Duration over, Duration rand) {
        return new IkeLifetime(rekey, Duration.ZERO, over, rand);
    }

    private final List<Instant> rekeyed = new ArrayList<>();

    private Pair keyed(long seed, Configs left, Configs right) {
        Pair pair = new Pair(seed, EndpointSettings.DEFAULT, Link.Weather.FAIR);
        rekeyed.clear();
        pair.left.witness = (now, effect) -> {
            if (effect instanceof Effect.IkeUp || effect instanceof Effect.IkeRekeyed) {
                rekeyed.add(now);
            }
        };
        HandshakeScenarioTest.load(pair, left, right);
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive(Duration.ofSeconds(5));
        return pair;
    }

    @Test
    void eachIsRekeyedAtATimeOfItsOwn() {
        Set<Duration> ages = new HashSet<>();
        for (long seed = 0; seed < 20; seed++) {
            Pair pair = keyed(seed, Configs.LEFT.rekeyed(HOUR), Configs.RIGHT);
            List<ChildSa> children = pair.left.children();
            pair.drive(Duration.ofHours(4));
            assertThat(rekeyed).hasSizeBetween(4, 6);
            for (int i = 1; i < rekeyed.size(); i++) {
                Duration age = Duration.between(rekeyed.get(i - 1), rekeyed.get(i));
                assertThat(age).isBetween(Duration.ofMinutes(50), Duration.ofMinutes(60).plusSeconds(1));
                ages.add(age);
            }
            assertThat(pair.left.endpoint.views()).hasSize(1);
            assertThat(pair.left.children()).isEqualTo(children);
            HandshakeScenarioTest.assertMirrored(pair);
        }
        assertThat(ages).as("no two alike").hasSizeGreaterThan(75);
    }

    /** Without a random part both come at the same moment, every time. */
    @Test
    void bothSidesMayDoSo() {
        IkeLifetime sharp = lifetime(Duration.ofHours(1), Duration.ofMinutes(6), Duration.ZERO);
        for (long seed = 0; seed < 10; seed++) {
            Pair pair = keyed(seed, Configs.LEFT.rekeyed(sharp), Configs.RIGHT.rekeyed(sharp));
            List<ChildSa> children = pair.left.children();
            pair.drive(Duration.ofHours(12));
            assertThat(rekeyed).hasSizeBetween(11, 14);
            assertThat(pair.left.endpoint.views()).hasSize(1);
            assertThat(pair.right.endpoint.views()).hasSize(1);
            assertThat(pair.left.children()).isEqualTo(children);
            HandshakeScenarioTest.assertMirrored(pair);
        }
    }

    /** The peer is busy with a Child SA whenever it is asked. */
    @Test
    void oneThatCannotBeRekeyedInTimeIsMadeAnew() {
        Pair pair = keyed(1, Configs.LEFT.rekeyed(lifetime(Duration.ofMinutes(10), Duration.ofMinutes(1), Duration.ZERO))
                .actions(true, OnLoss.CLEAR, OnLoss.CLEAR), Configs.RIGHT);
        ChildSa child = pair.left.children().getFirst();
        pair.advance(Duration.ofSeconds(590));
        pair.link.lose(header -> header.exchange() == ExchangeType.CREATE_CHILD_SA && !header.response()
                && !header.initiator());
        pair.right.on(new Event.RekeyChild(0, pair.right.children().getFirst().id()), pair.now);
        pair.drive(Duration.ofSeconds(50));
        assertThat(pair.right.log()).contains("IKE_SA rekeying is not possible now, sending TEMPORARY_FAILURE");
        assertThat(pair.left.children()).containsExactly(child);
        assertThat(pair.left.seen(Effect.IkeDown.class)).isEmpty();
        pair.drive(Duration.ofSeconds(30));
        assertThat(pair.left.log()).contains("IKE_SA BFL-BFR[1] could not be rekeyed in time");
        assertThat(pair.left.seen(Effect.Alerted.class)).extracting(Effect.Alerted::alert).contains(Alert.IKE_SA_EXPIRED);
        assertThat(pair.left.seen(Effect.IkeDown.class)).hasSize(1);
        assertThat(pair.left.attempts).as("IKE SAs").hasSize(2);
        assertThat(Duration.between(rekeyed.getFirst(), rekeyed.getLast()))
                .isBetween(Duration.ofMinutes(11), Duration.ofMinutes(11).plusSeconds(2));
        assertThat(pair.left.endpoint.views()).hasSize(1);
        assertThat(pair.right.endpoint.views()).hasSize(1);
        assertThat(pair.left.children()).hasSize(1).doesNotContain(child);
        HandshakeScenarioTest.assertMirrored(pair);
    }
}
