package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.ChildActions.OnLoss;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Host;
import dev.keylane.ike.sim.Link;
import dev.keylane.ike.sim.Pair;
import dev.keylane.ike.sim.ToyCrypto;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rekeying of IKE SAs between two cores, RFC 7296 §2.8, five Child SAs on board, four of them bound to a CPU. */
class IkeRekeyScenarioTest {
    private final Pair pair = ChildScenarioTest.perCpuPair(11, Link.Weather.FAIR);
    private final Host a = pair.left;
    private final Host b = pair.right;
    private final List<List<ChildSa>> before = List.of(a.children(), b.children());

    private void rekey(Host host) {
        host.on(new Event.RekeyIke(0, host.endpoint.views().getLast().id()), pair.now);
    }

    /** One IKE SA a side, the same one, with all children; nothing of this has reached a kernel. */
    private void assertHandedOver(boolean byLeft) {
        assertThat(a.endpoint.views().getLast().initiator()).isEqualTo(byLeft);
        assertInherited(before);
    }

    private void assertInherited(List<List<ChildSa>> children) {
        assertThat(a.endpoint.views()).hasSize(1);
        assertThat(b.endpoint.views()).hasSize(1);
        IkeSaView left = a.endpoint.views().getFirst();
        IkeSaView right = b.endpoint.views().getFirst();
        assertThat(left.spis()).isEqualTo(right.spis());
        assertThat(left.initiator()).isNotEqualTo(right.initiator());
        assertThat(left.id()).isGreaterThan(1);
        assertThat(left.children()).extracting(ChildSaView::sa).containsExactlyElementsOf(children.getFirst());
        assertThat(right.children()).extracting(ChildSaView::sa).containsExactlyElementsOf(children.getLast());
        HandshakeScenarioTest.assertMirrored(pair);
        for (Host host : List.of(a, b)) {
            assertThat(host.seen(Effect.RemoveChild.class)).isEmpty();
            assertThat(host.seen(Effect.IkeDown.class)).isEmpty();
            assertThat(host.seen(Effect.ChildDown.class)).isEmpty();
            assertThat(host.seen(Effect.IkeRekeyed.class)).hasSize(1);
        }
        assertUsable();
    }

    /** Both sides can still make and close things, and when all is closed nothing is left. */
    private void assertUsable() {
        b.on(new Event.RekeyChild(0, b.children().getFirst().id()), pair.now);
        pair.drive(Duration.ofMinutes(10));
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(a.endpoint.views()).hasSize(1);
        assertThat(a.children()).hasSameSizeAs(before.getFirst());
        assertNothingLeftAfterClosing();
    }

    private void assertNothingLeftAfterClosing() {
        a.endpoint.views().forEach(sa -> a.on(new Event.TerminateIke(0, sa.id(), false), pair.now));
        pair.drive(Duration.ofMinutes(10));
        for (Host host : List.of(a, b)) {
            assertThat(host.kernel).isEmpty();
            assertThat(host.endpoint.views()).isEmpty();
            assertThat(host.endpoint.nextTimeout()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void regular(boolean byLeft) {
        rekey(byLeft ? a : b);
        pair.drive();
        assertHandedOver(byLeft);
    }

    /** It runs alone, and its turn comes when the kernel has taken what was under way: no message tells so. */
    @Test
    void waitsForTheKernelAndNoLonger() {
        a.lag = new Random(1);
        a.initiate("BFL-BFR", "bf", b, Resource.cpu(0), pair.now);
        rekey(a);
        pair.drive();
        assertThat(a.seen(Effect.IkeRekeyed.class)).hasSize(1);
    }

    /** In the peer's eyes the new SA is there and has the children, so the old one is of no use to us. */
    @Test
    void anAnswerThatIsNoUseEndsTheIkeSaAndTheChildComesBack() {
        Pair toy = Pair.toy(12, EndpointSettings.DEFAULT, Link.Weather.FAIR);
        HandshakeScenarioTest.keyed(toy, Configs.LEFT.actions(true, OnLoss.CLEAR, OnLoss.START), Configs.RIGHT);
        toy.advance(Duration.ofSeconds(5));
        ToyCrypto crypto = (ToyCrypto) toy.left.crypto();
        crypto.doubts = true;
        toy.left.on(new Event.RekeyIke(7, 1), toy.now);
        toy.deliver(toy.left);
        toy.deliver(toy.right);
        crypto.doubts = false;
        assertThat(toy.left.seen(Effect.RequestDone.class)).contains(
                new Effect.RequestDone(7, "the peer's key exchange value is invalid"));
        toy.drive();
        assertThat(toy.left.endpoint.views()).singleElement().satisfies(sa -> assertThat(sa.id()).isNotEqualTo(1));
        assertThat(toy.left.attempts).as("at once").hasSize(2);
        HandshakeScenarioTest.assertMirrored(toy);
        assertThat(toy.right.endpoint.views()).as("INITIAL_CONTACT takes the useless one with it").hasSize(1);
    }
}
