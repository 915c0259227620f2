package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.sim.Host;
import dev.keylane.ike.sim.Link;
import dev.keylane.ike.sim.Pair;
import dev.keylane.ike.wire.ExchangeType;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When the peer replaces the SA of all CPUs, those of single CPUs are younger in the end, whoever sees to it. */
class FollowersScenarioTest {
    private final Pair pair = ChildScenarioTest.perCpuPair(6, Link.Weather.FAIR);
    private final List<ChildSa> before = pair.left.children();

    /** It wants to, but all its further requests are lost for a while. */
    @Test
    void aPeerThatDoesNotReplaceThemNeedNot() {
        peerRekeysTheFallback();
        pair.drive(Duration.ofMillis(15));
        pair.link.lose(header -> header.exchange() == ExchangeType.CREATE_CHILD_SA && !header.response()
                && !header.initiator());
        pair.drive(Duration.ofMillis(2900));
        assertThat(rekeyings(pair.left)).isZero();
        pair.drive(Duration.ofSeconds(7));
        assertThat(rekeyings(pair.left)).isEqualTo(4);
        assertAllYounger();
        pair.link.lose(_ -> false);
        pair.drive(Duration.ofMinutes(5));
        assertThat(rekeyings(pair.left)).isEqualTo(4);
        assertAllYounger();
        HandshakeScenarioTest.assertMirrored(pair);
    }

    /** With half a second each way it takes longer for all than we wait for one. */
    @ParameterizedTest
    @ValueSource(ints = {10, 100, 500})
    void aPeerThatReplacesThemIsLeftAlone(int latency) {
        pair.link.weather(new Link.Weather(0, 0, Duration.ofMillis(latency), Duration.ZERO));
        peerRekeysTheFallback();
        pair.drive(Duration.ofMinutes(5));
        assertThat(rekeyings(pair.left)).isZero();
        assertThat(rekeyings(pair.right)).isEqualTo(5);
        assertAllYounger();
        HandshakeScenarioTest.assertMirrored(pair);
    }

    @Test
    void anSaOfOneCpuLeadsNobody() {
        pair.right.on(new Event.RekeyChild(0, pair.right.children().getLast().id()), pair.now);
        pair.drive(Duration.ofMinutes(5));
        assertThat(rekeyings(pair.left)).isZero();
        assertThat(pair.left.children()).containsAll(before.subList(0, 4));
    }

    private void peerRekeysTheFallback() {
        pair.right.on(new Event.RekeyChild(0, pair.right.children().getFirst().id()), pair.now);
    }

    private static long rekeyings(Host host) {
        return host.log().stream().filter(line -> line.matches("rekeying CHILD_SA bf\\{\\d+}")).count();
    }

    private void assertAllYounger() {
        List<ChildSa> after = pair.left.children();
        assertThat(after).hasSize(5).doesNotContainAnyElementsOf(before);
        assertThat(after.getFirst().resource()).isEqualTo(Resource.FALLBACK);
        assertThat(after).extracting(ChildSa::resource).containsExactlyInAnyOrderElementsOf(
                before.stream().map(ChildSa::resource).toList());
    }
}
