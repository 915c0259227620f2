package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Host;
import dev.keylane.ike.sim.Link;
import dev.keylane.ike.sim.Pair;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rekeyings of an IKE SA that meet something else on the way, RFC 7296 §2.8.2 and §2.25, message by message; five Child
 * SAs are on board, four of them bound to a CPU. The methods have the names of charon's tests of the same events.
 */
class IkeRekeyCollisionTest {
    private static final Duration LONG = Duration.ofMinutes(10);
    private final Pair pair = new Pair(21, EndpointSettings.DEFAULT, Link.Weather.FAIR);
    private final Host a = pair.left;
    private final Host b = pair.right;
    private List<List<ChildSa>> before = List.of();

    /** Each prefers another group, and both have both: whoever asks with the current one is told the other at times. */
    private static final String A_PREFERS = "aes128-sha256-x25519-ecp256";
    private static final String B_PREFERS = "aes128-sha256-ecp256-x25519";

    IkeRekeyCollisionTest() {
        establish("aes128-sha256-x25519", "aes128-sha256-x25519");
    }

    private void establish(String left, String right) {
        a.endpoint.views().forEach(sa -> a.on(new Event.TerminateIke(0, sa.id(), false), pair.now));
        pair.drive(LONG);
        HandshakeScenarioTest.keyed(pair, Configs.LEFT.withPerCpuSas().suites(left, "aes128gcm16-esn"),
                Configs.RIGHT.withPerCpuSas().suites(right, "aes128gcm16-esn"));
        for (int cpu = 0; cpu < 4; cpu++) {
            a.initiate("BFL-BFR", "bf", b, Resource.cpu(cpu), pair.now);
        }
        pair.drive(LONG);
        before = List.of(a.children(), b.children());
        a.seen.clear();
        b.seen.clear();
    }

    private void rekey(Host host) {
        host.on(new Event.RekeyIke(0, host.endpoint.views().getLast().id()), pair.now);
    }

    private void closeIke(Host host) {
        host.on(new Event.TerminateIke(0, host.endpoint.views().getLast().id(), false), pair.now);
    }

    /**
     * Both ask at once and neither has heard of the other.
     *
     * @param ai first octet of the nonce of a's request; {@code br} of b's answer to it; likewise the others
     */
    private void cross(int ai, int br, int bi, int ar) {
        a.random.nonces(ai);
        rekey(a);
        b.random.nonces(bi);
        rekey(b);
        a.random.nonces(ar);
        b.random.nonces(br);
    }

    /** One IKE SA a side, the same one, made by whom we say; the children are where they were, in no kernel touched. */
    private void assertInherited(boolean byA) {
        for (Host host : List.of(a, b)) {
            assertThat(host.endpoint.views()).as(() -> String.join("\n", host.log())).hasSize(1);
            assertThat(host.seen(Effect.InstallChild.class)).isEmpty();
            assertThat(host.seen(Effect.RemoveChild.class)).isEmpty();
            assertThat(host.seen(Effect.IkeDown.class)).isEmpty();
            assertThat(host.seen(Effect.ChildDown.class)).isEmpty();
            assertThat(host.seen(Effect.IkeRekeyed.class)).hasSize(1);
        }
        IkeSaView left = a.endpoint.views().getFirst();
        IkeSaView right = b.endpoint.views().getFirst();
        assertThat(left.spis()).isEqualTo(right.spis());
        assertThat(left.initiator()).isEqualTo(byA);
        assertThat(right.initiator()).isNotEqualTo(byA);
        assertThat(left.children()).extracting(ChildSaView::sa).containsExactlyElementsOf(before.getFirst());
        assertThat(right.children()).extracting(ChildSaView::sa).containsExactlyElementsOf(before.getLast());
        HandshakeScenarioTest.assertMirrored(pair);
        assertUsable();
    }

    /** Children can be rekeyed by both sides, and when all is closed nothing is left. */
    private void assertUsable() {
        int count = a.children().size();
        a.on(new Event.RekeyChild(0, a.children().getLast().id()), pair.now);
        pair.drive(LONG);
        b.on(new Event.RekeyChild(0, b.children().getFirst().id()), pair.now);
        pair.drive(LONG);
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(a.children()).hasSize(count);
        assertThat(a.children()).extracting(ChildSa::resource).contains(Resource.cpu(0), Resource.cpu(3));
        closeIke(a);
        assertAllClosed();
    }

    private void assertAllClosed() {
        pair.drive(LONG);
        for (Host host : List.of(a, b)) {
            assertThat(host.kernel).isEmpty();
            assertThat(host.endpoint.views()).as(() -> String.join("\n", host.log())).isEmpty();
            assertThat(host.endpoint.nextTimeout()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void regular(boolean byA) {
        rekey(byA ? a : b);
        pair.drive(LONG);
        assertInherited(byA);
    }

    /** The current group is the one that b prefers, so it is b that asks with a group a does not want. */
    @Test
    void regular_ke_invalid() {
        establish(A_PREFERS, B_PREFERS);
        rekey(b);
        pair.drive(LONG);
        assertThat(b.log()).anyMatch(line -> line.contains("peer didn't accept key exchange method"));
        assertInherited(false);
    }

    @ParameterizedTest
    @CsvSource({"0, 9, 9, 9, false", "9, 0, 9, 9, false", "9, 9, 0, 9, true", "9, 9, 9, 0, true"})
    void collision(int ai, int br, int bi, int ar, boolean byA) {
        cross(ai, br, bi, ar);
        pair.drive(LONG);
        assertInherited(byA);
    }

    /** One of the two needs a second request, so that the exchanges overlap by halves. */
    @ParameterizedTest
    @CsvSource({"0, 9, 9, 9, false", "9, 0, 9, 9, false", "9, 9, 0, 9, true", "9, 9, 9, 0, true"})
    void collision_ke_invalid(int ai, int br, int bi, int ar, boolean byA) {
        establish(A_PREFERS, B_PREFERS);
        cross(ai, br, bi, ar);
        var first = pair.hold(a);
        pair.deliver(b);
        pair.deliver(a);
        var second = pair.hold(b);
        pair.deliver(first);
        pair.deliver(second);
        pair.drive(LONG);
        assertInherited(byA);
    }

    /** b's second request comes when a has what it asked for: b is refused and takes a's. */
    @Test
    void collision_ke_invalid_delayed_retry() {
        establish(A_PREFERS, B_PREFERS);
        cross(9, 9, 0, 9);
        var request = pair.hold(a);
        pair.deliver(b);
        pair.deliver(a);
        var retry = pair.hold(b);
        pair.deliver(request);
        pair.deliver(b);
        pair.deliver(retry);
        pair.drive(LONG);
        assertInherited(true);
    }

    /** The answer to a comes after b has decided; if b's has won, a's is left to b to clean up. */
    @ParameterizedTest
    @CsvSource({"0, 9, 9, 9, false", "9, 0, 9, 9, false", "9, 9, 0, 9, true", "9, 9, 9, 0, true"})
    void collision_delayed_response(int ai, int br, int bi, int ar, boolean byA) {
        cross(ai, br, bi, ar);
        var requestOfA = pair.hold(a);
        var requestOfB = pair.hold(b);
        pair.deliver(requestOfA);
        var late = pair.hold(b);
        pair.deliver(requestOfB);
        pair.deliver(a);
        pair.deliver(b);
        pair.deliver(late);
        pair.drive(LONG);
        assertInherited(byA);
    }

    /** a's request is lost, so that b knows of no collision; a learns that when b deletes the old SA. */
    @Test
    void collision_dropped_request() {
        cross(9, 9, 0, 9);
        pair.hold(a);
        pair.deliver(b);
        pair.deliver(a);
        pair.deliver(b);
        pair.drive(LONG);
        assertInherited(false);
    }

    /** b has rekeyed when a's request comes. */
    @Test
    void collision_delayed_request() {
        cross(9, 9, 0, 9);
        var late = pair.hold(a);
        pair.deliver(b);
        pair.deliver(a);
        pair.deliver(late);
        pair.drive(LONG);
        assertInherited(false);
    }

    /** b has even deleted the old SA when a's request comes. */
    @Test
    void collision_delayed_request_and_delete() {
        cross(9, 9, 0, 9);
        var late = pair.hold(a);
        pair.deliver(b);
        pair.deliver(a);
        pair.deliver(b);
        pair.deliver(a);
        pair.deliver(late);
        pair.drive(LONG);
        assertInherited(false);
    }

    /** What the peer does on its SA before we know the outcome shows the outcome. */
    @Test
    void collision_used_before_it_is_decided() {
        cross(9, 9, 0, 9);
        pair.hold(a);
        pair.deliver(b);
        pair.deliver(a);
        pair.hold(b);
        b.on(new Event.RekeyChild(0, b.children().getLast().id()), pair.now);
        pair.deliver(b);
        pair.drive(LONG);
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(a.endpoint.views()).hasSize(1);
        assertUsable();
    }

    @Test
    void collision_delete() {
        rekey(a);
        closeIke(b);
        pair.deliver(a);
        assertThat(b.log()).anyMatch(line -> line.contains("TEMPORARY_FAILURE"));
        pair.drive(LONG);
        assertAllClosed();
    }

    @Test
    void collision_delete_drop_delete() {
        rekey(a);
        closeIke(b);
        pair.hold(b);
        pair.deliver(a);
        pair.drive(LONG);
        assertAllClosed();
    }

    /** A successor that the other side deletes just then goes with everything. */
    @Test
    void ike_delete_of_both() {
        closeIke(a);
        closeIke(b);
        assertAllClosed();
        assertThat(a.seen(Effect.IkeDown.class)).hasSize(1);
        assertThat(b.seen(Effect.IkeDown.class)).hasSize(1);
    }

    @Test
    void ike_delete_while_rekeying_closes_the_successor() {
        rekey(a);
        closeIke(a);
        assertAllClosed();
        assertThat(b.seen(Effect.IkeRekeyed.class)).hasSize(1);
    }

    @Test
    void child_create_collision_ike_rekey() {
        a.initiate("BFL-BFR", "bf", b, Resource.cpu(1), pair.now);
        rekey(b);
        pair.drive(LONG);
        assertThat(a.log()).anyMatch(line -> line.contains("TEMPORARY_FAILURE"));
        assertThat(a.children()).hasSize(6);
        assertRekeyedOnce();
    }

    @Test
    void child_rekey_collision_ike_rekey() {
        ChildSa old = a.children().get(2);
        a.on(new Event.RekeyChild(0, old.id()), pair.now);
        rekey(b);
        pair.drive(LONG);
        assertThat(a.log()).anyMatch(line -> line.contains("TEMPORARY_FAILURE"));
        assertThat(b.log()).anyMatch(line -> line.contains("TEMPORARY_FAILURE"));
        assertThat(a.children()).hasSize(5).doesNotContain(old);
        assertRekeyedOnce();
    }

    @Test
    void child_delete_collision_ike_rekey() {
        ChildSa old = a.children().get(2);
        a.on(new Event.TerminateChild(0, old.id(), false), pair.now);
        rekey(b);
        pair.drive(LONG);
        assertThat(a.children()).hasSize(4).doesNotContain(old);
        assertRekeyedOnce();
    }

    private void assertRekeyedOnce() {
        assertThat(a.seen(Effect.IkeRekeyed.class)).hasSize(1);
        assertThat(b.seen(Effect.IkeRekeyed.class)).hasSize(1);
        assertThat(a.endpoint.views()).hasSize(1);
        HandshakeScenarioTest.assertMirrored(pair);
        closeIke(a);
        assertAllClosed();
    }

    @Test
    void child_rekey_collision_ike_delete() {
        a.on(new Event.RekeyChild(0, a.children().get(2).id()), pair.now);
        closeIke(b);
        pair.drive(LONG);
        assertAllClosed();
    }

    @Test
    void child_delete_collision_ike_delete() {
        a.on(new Event.TerminateChild(0, a.children().get(2).id(), false), pair.now);
        closeIke(b);
        pair.drive(LONG);
        assertAllClosed();
    }
}
