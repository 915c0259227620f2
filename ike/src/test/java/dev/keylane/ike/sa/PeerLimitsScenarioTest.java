package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.ResourceAssignment;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Link;
import dev.keylane.ike.sim.Pair;
import dev.keylane.ike.wire.NotifyType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many SAs a peer gets, with one IKE SA and with more of them. */
class PeerLimitsScenarioTest {
    private static final String ONE = "BFL-BFR";
    private static final String OTHER = "other";
    private final List<ResourceAssignment.Demand> demands = new ArrayList<>();
    private final Pair pair = new Pair(43, EndpointSettings.DEFAULT, EndpointSettings.DEFAULT, Link.Weather.FAIR,
            this::assign);
    private int limit = 4;

    @Test
    void anotherIkeSaBringsNoMoreSasOfACpu() {
        start(Configs.LEFT.withPerCpuSas());
        ask(ONE, 0, 1, 2);
        ask(OTHER, 0);
        assertThat(last().existing()).containsExactly(Resource.FALLBACK);
        assertThat(last().elsewhere()).containsExactly(Resource.FALLBACK, Resource.cpu(1), Resource.cpu(2),
                Resource.cpu(3));
        ask(OTHER, 1);
        assertThat(refusals()).containsExactly(NotifyType.TS_MAX_QUEUE);
        ChildSa of = pair.left.children().stream().filter(child -> child.resource().equals(Resource.cpu(2)))
                .findFirst().orElseThrow();
        pair.left.on(new Event.TerminateChild(0, of.id(), false), pair.now);
        ask(OTHER, 1);
        assertThat(refusals()).as("one has made room").hasSize(1);
        // No packets tell either end that the other is ready.
        pair.drive(Duration.ofSeconds(5));
        HandshakeScenarioTest.assertMirrored(pair);
    }

    @Test
    void childrenOfARekeyedIkeSaCountOnce() {
        start(Configs.LEFT.withPerCpuSas());
        ask(ONE, 0, 1);
        pair.left.on(new Event.RekeyIke(0, 1), pair.now);
        pair.drive(Duration.ofSeconds(1));
        assertThat(pair.left.seen(Effect.IkeRekeyed.class)).hasSize(1);
        ask(ONE, 2);
        assertThat(last().existing()).containsExactly(Resource.FALLBACK, Resource.cpu(1), Resource.cpu(2));
        assertThat(last().elsewhere()).containsExactly(Resource.FALLBACK);
        assertThat(refusals()).isEmpty();
    }

    @Test
    void whatIsKeptOfAPeerGoesWithItsIkeSas() {
        start(Configs.LEFT.withPerCpuSas());
        ask(ONE, 0);
        pair.left.on(new Event.TerminateIke(0, 1, false), pair.now);
        pair.drive(Duration.ofSeconds(1));
        ask(OTHER, 0);
        assertThat(last().elsewhere()).isEmpty();
        pair.left.on(new Event.TerminateIke(0, 2, false), pair.now);
        pair.drive();
        assertThat(pair.left.endpoint.isEmpty()).isTrue();
        assertThat(pair.right.endpoint.isEmpty()).isTrue();
    }

    @Test
    void aPeerIsRefusedFurtherChildrenOnOldAndNewIkeSasButMayReplaceThem() {
        limit = Integer.MAX_VALUE;
        Configs left = Configs.LEFT.withPerCpuSas();
        load(left);
        pair.left.initiate(ONE, "bf", pair.right, pair.now);
        pair.drive(Duration.ofSeconds(1));
        for (int cpu = 0; cpu < PeerChildren.MOST - 1; cpu++) {
            pair.left.initiate(ONE, "bf", pair.right, Resource.cpu(cpu), pair.now);
        }
        pair.drive();
        assertThat(pair.right.kernel).hasSize(PeerChildren.MOST);
        ask(ONE, PeerChildren.MOST);
        assertThat(refusals()).containsExactly(NotifyType.NO_ADDITIONAL_SAS);
        pair.left.initiate(OTHER, "bf", pair.right, pair.now);
        pair.drive();
        assertThat(refusals()).containsExactly(NotifyType.NO_ADDITIONAL_SAS, NotifyType.NO_ADDITIONAL_SAS);
        assertThat(pair.right.endpoint.views()).as("the IKE SA stands").hasSize(2);
        pair.left.on(new Event.RekeyChild(0, pair.left.children().getLast().id()), pair.now);
        pair.drive();
        assertThat(refusals()).hasSize(2);
        assertThat(pair.right.kernel).hasSize(PeerChildren.MOST);
    }

    private void start(Configs left) {
        load(left);
        for (String connection : List.of(ONE, OTHER)) {
            pair.left.initiate(connection, "bf", pair.right, pair.now);
            pair.drive(Duration.ofSeconds(1));
        }
        assertThat(pair.right.endpoint.views()).hasSize(2);
    }

    /** The left has two connections, to the right they are one. */
    private void load(Configs left) {
        PolicyBook book = left.book();
        Connection c = book.connections().getFirst();
        pair.left.load(new PolicyBook(List.of(c, new Connection(OTHER, c.endpoints(), c.proposals(), c.local(),
                c.remote(), c.options(), c.children())), book.sharedKeys()), pair.now);
        pair.right.load(left.ids("host2", "host1").book(), pair.now);
    }

    private void ask(String connection, int... cpus) {
        for (int cpu : cpus) {
            pair.left.initiate(connection, "bf", pair.right, Resource.cpu(cpu), pair.now);
            pair.drive(Duration.ofSeconds(1));
        }
    }

    private ResourceAssignment.Demand last() {
        return demands.getLast();
    }

    private List<Integer> refusals() {
        return pair.left.seen(Effect.ChildFailed.class).stream().map(Effect.ChildFailed::notifyType).toList();
    }

    private ResourceAssignment.Answer assign(ResourceAssignment.Demand demand) {
        demands.add(demand);
        int here = demand.existing().size();
        long bound = demand.elsewhere().stream().filter(Resource::isBound).count() + Math.max(0, here - 1);
        return here == 0 ? new ResourceAssignment.Answer.Assigned(Resource.FALLBACK)
                : bound >= limit ? new ResourceAssignment.Answer.QueueFull()
                : new ResourceAssignment.Answer.Assigned(Resource.cpu(here));
    }
}
