package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildLimits;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.proposal.Proposal;
import dev.keylane.ike.proposal.ProposalText;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Host;
import dev.keylane.ike.sim.Link;
import dev.keylane.ike.sim.NatBox;
import dev.keylane.ike.sim.Pair;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a machine cannot hold is neither asked for nor agreed to, and it is said why. */
class ChildLimitsScenarioTest {
    private static final ChildLimits NEVER = (_, _, _) -> Optional.of("the card is too small");
    private static final ChildLimits NOT_IN_UDP = (_, _, udp) -> Optional.of("no ESP in UDP here").filter(_ -> udp);

    @Test
    void thePeerHearsNothingOfWhatCannotBeAnyway() {
        Pair pair = loaded(new Pair(1), Configs.LEFT);
        pair.left.endpoint.limits(NEVER);
        long request = initiate(pair);
        assertThat(done(pair.left)).containsExactly(new Effect.RequestDone(request, "the card is too small"));
        assertThat(pair.left.log()).contains("establishing CHILD_SA bf failed: the card is too small");
        assertThat(pair.left.seen(Effect.ChildFailed.class)).extracting(Effect.ChildFailed::reason)
                .containsExactly("the card is too small");
        assertThat(pair.right.received).isEmpty();
        assertThat(pair.left.endpoint.isEmpty()).isTrue();
    }

    @Test
    void aNatThatShowsLaterStopsItBeforeTheChildIsAskedFor() {
        Pair pair = behindNat();
        pair.left.endpoint.limits(NOT_IN_UDP);
        long request = initiate(pair);
        assertThat(done(pair.left)).containsExactly(new Effect.RequestDone(request, "no ESP in UDP here"));
        assertThat(pair.right.received).as("IKE_SA_INIT alone").hasSize(1);
        assertThat(pair.right.seen(Effect.ChildOffered.class)).isEmpty();
        assertThat(pair.left.seen(Effect.IkeDown.class)).hasSize(1);
        assertThat(pair.left.endpoint.isEmpty()).isTrue();
    }

    @Test
    void withoutANatItIsAskedFor() {
        Pair pair = loaded(new Pair(1), Configs.LEFT);
        pair.left.endpoint.limits(NOT_IN_UDP);
        pair.right.endpoint.limits(NOT_IN_UDP);
        initiate(pair);
        HandshakeScenarioTest.assertMirrored(pair);
    }

    @Test
    void aResponderRefusesBeforeItInstalls() {
        Pair pair = loaded(new Pair(1), Configs.LEFT);
        pair.right.endpoint.limits(NEVER);
        initiate(pair);
        assertThat(pair.right.log()).contains("the card is too small, sending NO_PROPOSAL_CHOSEN");
        assertThat(pair.right.seen(Effect.InstallChild.class)).isEmpty();
        assertThat(pair.left.log()).contains("received NO_PROPOSAL_CHOSEN notify, no CHILD_SA built");
        assertThat(pair.right.endpoint.views()).as("the IKE SA stands").hasSize(1);
    }

    /** The old SA goes on, and there is another try later. */
    @Test
    void aRekeyingThatCannotBeIsNotAskedFor() {
        Pair pair = loaded(new Pair(1), Configs.LEFT);
        initiate(pair);
        long child = pair.left.children().getFirst().id();
        pair.left.endpoint.limits(NEVER);
        int before = pair.right.received.size();
        pair.left.on(new Event.RekeyChild(7, child), pair.now);
        pair.drive(Duration.ofSeconds(5));
        assertThat(done(pair.left)).contains(new Effect.RequestDone(7, "the card is too small"));
        assertThat(pair.right.received).hasSize(before);
        assertThat(pair.left.children()).hasSize(1);
        pair.left.endpoint.limits(ChildLimits.NONE);
        pair.left.on(new Event.RekeyChild(8, child), pair.now);
        pair.drive(Duration.ofSeconds(5));
        assertThat(done(pair.left)).contains(new Effect.RequestDone(8, null));
    }

    /** In the first exchange and in a rekeying, whoever of the two it is. */
    @Test
    void whatOneCannotHoldIsNotAgreedOn() {
        for (boolean leftIsSmall : new boolean[] {true, false}) {
            Pair pair = loaded(new Pair(1), Configs.LEFT);
            pair.left.endpoint.limits(new Holding(leftIsSmall ? SMALL : ALL));
            pair.right.endpoint.limits(new Holding(leftIsSmall ? ALL : SMALL));
            initiate(pair);
            assertThat(pair.left.children()).singleElement().satisfies(child ->
                    assertThat(child.terms().suite().esn()).isFalse());
            pair.left.on(new Event.RekeyChild(7, pair.left.children().getFirst().id()), pair.now);
            pair.drive(Duration.ofSeconds(5));
            assertThat(done(pair.left)).contains(new Effect.RequestDone(7, null));
            assertThat(pair.left.children()).isNotEmpty().allSatisfy(child ->
                    assertThat(child.terms().suite().esn()).isFalse());
        }
    }

    private static final String SMALL = "aes128gcm16-x25519-noesn";
    private static final String ALL = "aes128gcm16-x25519-esn-noesn";

    private record Holding(String esp) implements ChildLimits {
        @Override
        public Optional<String> against(ChildConfig config, IpAddress local, boolean udp) {
            return Optional.empty();
        }

        @Override
        public List<Proposal> proposals(ChildConfig config, IpAddress local) {
            return ProposalText.parseEsp(esp).orElseThrow();
        }
    }

    private static Pair behindNat() {
        Pair pair = new Pair(1, EndpointSettings.DEFAULT, Link.Weather.FAIR, "10.0.0.5", "198.51.100.2");
        pair.nat = new NatBox("203.0.113.1");
        pair.left.load(NatScenarioTest.INSIDE.book(), pair.now);
        pair.right.load(NatScenarioTest.OUTSIDE.book(), pair.now);
        return pair;
    }

    private static Pair loaded(Pair pair, Configs left) {
        pair.left.load(left.book(), pair.now);
        pair.right.load(Configs.RIGHT.book(), pair.now);
        return pair;
    }

    private static long initiate(Pair pair) {
        long request = pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive(Duration.ofSeconds(5));
        return request;
    }

    private static List<Effect.RequestDone> done(Host host) {
        return host.seen(Effect.RequestDone.class);
    }
}
