package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.Path;
import dev.keylane.ike.policy.ChildActions.OnLoss;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.IkeOptions.Unique;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Host;
import dev.keylane.ike.sim.Link;
import dev.keylane.ike.sim.Pair;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The {@code unique} policies, with IKE SAs between the same identities. */
class UniqueScenarioTest {
    private final Pair pair = new Pair(41, EndpointSettings.DEFAULT, Link.Weather.FAIR);

    @Test
    void replaceClosesTheOlderOneOnceTheNewerIsUp() {
        twice(Configs.LEFT.withPerCpuSas(), Configs.RIGHT.withPerCpuSas().unique(Unique.REPLACE));
        assertThat(ids(pair.left)).as("only the newer").hasSize(1).doesNotContain(1L);
        assertThat(ids(pair.right)).hasSize(1);
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.left.seen(Effect.ChildUp.class)).hasSize(2);
        int up = pair.right.seen.indexOf(pair.right.seen(Effect.ChildUp.class).getLast());
        int down = pair.right.seen.indexOf(pair.right.seen(Effect.ChildDown.class).getFirst());
        assertThat(up).as("the newer one's child comes before the older one's goes").isLessThan(down);
    }

    /** Between the decision and the end of the older one there is a second. */
    @Test
    void replaceClosesTheOlderOneThoughItIsRekeyedMeanwhile() {
        Configs left = Configs.LEFT.withPerCpuSas();
        keyed(left, Configs.RIGHT.withPerCpuSas().unique(Unique.REPLACE));
        pair.left.load(both(left.book(), left.book()), pair.now);
        pair.left.initiate("another", "bf", pair.right, pair.now);
        pair.drive(Duration.ofMillis(300));
        assertThat(ids(pair.right)).hasSize(2);
        pair.left.on(new Event.RekeyIke(0, 1), pair.now);
        pair.drive(Duration.ofSeconds(20));
        assertThat(pair.left.seen(Effect.IkeRekeyed.class)).hasSize(1);
        assertThat(ids(pair.left)).hasSize(1);
        assertThat(ids(pair.right)).hasSize(1);
        HandshakeScenarioTest.assertMirrored(pair);
    }

    @Test
    void keepRefusesTheNewerOne() {
        twice(Configs.LEFT, Configs.RIGHT.unique(Unique.KEEP));
        assertThat(ids(pair.left)).containsExactly(1L);
        assertThat(ids(pair.right)).hasSize(1);
        assertThat(pair.right.log()).contains(
                "establishing IKE_SA failed, cancelling IKE_SA setup due to uniqueness policy");
        assertThat(pair.left.log()).contains("received AUTHENTICATION_FAILED notify error");
        HandshakeScenarioTest.assertMirrored(pair);
    }

    @Test
    void keepStillBelievesAPeerThatHasForgotten() {
        keyed(Configs.LEFT, Configs.RIGHT.unique(Unique.KEEP));
        pair.link.weather(new Link.Weather(1, 0, Duration.ZERO, Duration.ZERO));
        pair.left.on(new Event.TerminateIke(3, 1, true), pair.now);
        pair.drive(Duration.ofSeconds(3));
        pair.now = pair.now.plusSeconds(3);
        pair.link.weather(Link.Weather.FAIR);
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive(Duration.ofSeconds(10));
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(ids(pair.right)).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(value = Unique.class, names = {"NO", "NEVER"})
    void otherwiseBothStand(Unique unique) {
        twice(Configs.LEFT, Configs.RIGHT.unique(unique));
        assertThat(ids(pair.left)).hasSize(2);
        assertThat(ids(pair.right)).hasSize(2);
        HandshakeScenarioTest.assertMirrored(pair);
    }

    @ParameterizedTest
    @EnumSource(value = Unique.class, names = {"KEEP", "REPLACE"})
    void ofTwoThatCrossOneIsLeftAndItsChildIsNotMissed(Unique unique) {
        Configs eager = Configs.LEFT.unique(unique).actions(true, OnLoss.START, OnLoss.START);
        HandshakeScenarioTest.load(pair, eager, eager.ids("host2", "host1"));
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.right.initiate("BFL-BFR", "bf", pair.left, pair.now);
        pair.drive(Duration.ofMinutes(20));
        assertThat(ids(pair.left)).hasSize(1);
        assertThat(ids(pair.right)).hasSize(1);
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.left.kernel).hasSize(1);
        assertThat(pair.left.attempts).as("nobody starts again").hasSize(1);
        assertThat(pair.right.attempts).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Unique.class)
    void twoTunnelsBetweenOnePairOfAddressesLeaveEachOtherAlone(Unique unique) {
        PolicyBook one = Configs.LEFT.unique(unique).book();
        PolicyBook two = Configs.LEFT.unique(unique).ids("host3", "host4").book();
        pair.left.load(both(one, two), pair.now);
        pair.right.load(both(Configs.RIGHT.unique(unique).book(),
                Configs.RIGHT.unique(unique).ids("host4", "host3").book()), pair.now);
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.left.initiate("another", "bf", pair.right, pair.now);
        pair.drive();
        assertThat(ids(pair.left)).hasSize(2);
        assertThat(ids(pair.right)).hasSize(2);
        HandshakeScenarioTest.assertMirrored(pair);
    }

    private static PolicyBook both(PolicyBook one, PolicyBook other) {
        Connection c = other.connections().getFirst();
        Connection renamed = new Connection("another", c.endpoints(), c.proposals(), c.local(), c.remote(), c.options(),
                c.children());
        return new PolicyBook(List.of(one.connections().getFirst(), renamed),
                Stream.concat(one.sharedKeys().stream(), other.sharedKeys().stream()).toList());
    }

    private void keyed(Configs left, Configs right) {
        HandshakeScenarioTest.load(pair, left, right);
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive(Duration.ofSeconds(10));
        pair.now = pair.now.plusSeconds(5);
    }

    /** The second IKE SA between the same identities comes from a connection of another name. */
    private void twice(Configs left, Configs right) {
        keyed(left, right);
        PolicyBook book = left.book();
        pair.left.load(both(book, book), pair.now);
        pair.left.on(new Event.Initiate(9, "another", "bf", new Path(pair.left.address, pair.right.address),
                Event.Trigger.OPERATOR), pair.now);
        pair.drive(Duration.ofSeconds(20));
    }

    private static List<Long> ids(Host host) {
        return host.endpoint.views().stream().map(IkeSaView::id).toList();
    }
}
