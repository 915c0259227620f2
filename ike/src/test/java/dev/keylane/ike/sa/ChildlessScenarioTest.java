package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.IkeOptions.Childless;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Link;
import dev.keylane.ike.sim.Pair;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** RFC 6023: IKE SAs that begin without a child, and what either side may insist on. */
class ChildlessScenarioTest {
    private static final Configs LEFT = Configs.LEFT.withPerCpuSas();
    private static final Configs RIGHT = Configs.RIGHT.withPerCpuSas();
    private static final int WITH_THE_CHILD = 2;

    private final Pair pair = new Pair(51, EndpointSettings.DEFAULT, Link.Weather.FAIR);

    @ParameterizedTest
    @EnumSource(value = Childless.class, names = {"PREFER", "FORCE"})
    void regular(Childless childless) {
        initiate(LEFT.childless(childless), RIGHT);
        assertThat(pair.right.received).as("IKE_SA_INIT, IKE_AUTH, CREATE_CHILD_SA").hasSize(WITH_THE_CHILD + 1);
        assertKeyedAndACpuAfterwards();
    }

    @ParameterizedTest
    @EnumSource(value = Childless.class, names = {"ALLOW", "NEVER"})
    void theChildComesFirstUnlessAskedOtherwise(Childless childless) {
        initiate(LEFT.childless(childless), RIGHT);
        assertThat(pair.right.received).hasSize(WITH_THE_CHILD);
        assertKeyedAndACpuAfterwards();
    }

    @Test
    void preferredWithAPeerThatCannot() {
        initiate(LEFT.childless(Childless.PREFER), RIGHT.childless(Childless.NEVER));
        assertThat(pair.right.received).hasSize(WITH_THE_CHILD);
        assertKeyedAndACpuAfterwards();
    }

    @Test
    void forcedWithAPeerThatCannot() {
        initiate(LEFT.childless(Childless.FORCE), RIGHT.childless(Childless.NEVER));
        assertThat(pair.left.endpoint.views()).isEmpty();
        assertThat(pair.left.seen(Effect.RequestDone.class)).extracting(Effect.RequestDone::failure)
                .containsExactly("peer does not support childless IKE_SAs");
        assertThat(pair.left.endpoint.nextTimeout()).isEmpty();
    }

    @Test
    void aResponderThatInsistsTakesTheChildAfterwards() {
        initiate(LEFT, RIGHT.childless(Childless.FORCE));
        assertThat(pair.left.kernel).isEmpty();
        assertThat(pair.left.seen(Effect.ChildFailed.class)).hasSize(1);
        assertThat(pair.left.endpoint.views()).as("the IKE SA stays").hasSize(1);
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive(Duration.ofSeconds(5));
        assertKeyedAndACpuAfterwards();
    }

    @Test
    void anIkeSaAloneAndItsFirstChildLater() {
        HandshakeScenarioTest.load(pair, LEFT, RIGHT);
        long alone = pair.left.initiate("BFL-BFR", null, pair.right, pair.now);
        long meanwhile = pair.left.initiate("BFL-BFR", null, pair.right, pair.now);
        pair.drive(Duration.ofSeconds(5));
        long again = pair.left.initiate("BFL-BFR", null, pair.right, pair.now);
        assertThat(pair.left.seen(Effect.RequestDone.class)).containsExactly(new Effect.RequestDone(alone, null),
                new Effect.RequestDone(meanwhile, null), new Effect.RequestDone(again, null));
        assertThat(pair.left.kernel).isEmpty();
        assertThat(pair.right.endpoint.views()).hasSize(1);
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive(Duration.ofSeconds(5));
        assertKeyedAndACpuAfterwards();
    }

    @Test
    void anIkeSaAloneWithAPeerThatCannotOrIsNotThere() {
        HandshakeScenarioTest.load(pair, LEFT, RIGHT.childless(Childless.NEVER));
        long refused = pair.left.initiate("BFL-BFR", null, pair.right, pair.now);
        pair.drive(Duration.ofSeconds(5));
        pair.link.weather(new Link.Weather(1, 0, Duration.ZERO, Duration.ZERO));
        long unheard = pair.left.initiate("BFL-BFR", null, pair.right, pair.now);
        pair.drive(Duration.ofMinutes(5));
        assertThat(pair.left.seen(Effect.RequestDone.class)).containsExactly(
                new Effect.RequestDone(refused, "peer does not support childless IKE_SAs"),
                new Effect.RequestDone(unheard, "peer not responding"));
    }

    @Test
    void anIkeSaMayEndWithItsFailedChild() {
        EndpointSettings usual = EndpointSettings.DEFAULT;
        Pair strict = new Pair(52, new EndpointSettings(500, 4500, usual.retransmission(), usual.halfOpen(),
                usual.keepAlive(), new EndpointSettings.Initiation(Duration.ZERO, false, true)), Link.Weather.FAIR);
        HandshakeScenarioTest.load(strict, LEFT, RIGHT);
        strict.right.kernelAccepts = _ -> false;
        strict.left.initiate("BFL-BFR", "bf", strict.right, strict.now);
        strict.drive(Duration.ofSeconds(20));
        assertThat(strict.left.endpoint.views()).isEmpty();
        assertThat(strict.right.endpoint.views()).isEmpty();
    }

    @Test
    void whoOnlyInitiatesAnswersNobody() {
        EndpointSettings usual = EndpointSettings.DEFAULT;
        Pair shy = new Pair(53, new EndpointSettings(500, 4500, usual.retransmission(), usual.halfOpen(),
                usual.keepAlive(), new EndpointSettings.Initiation(Duration.ZERO, true, false)), Link.Weather.FAIR);
        HandshakeScenarioTest.load(shy, LEFT, RIGHT);
        shy.left.initiate("BFL-BFR", "bf", shy.right, shy.now);
        shy.drive(Duration.ofSeconds(20));
        assertThat(shy.right.seen(Effect.SendDatagram.class)).isEmpty();
        assertThat(shy.right.seen(Effect.Dropped.class)).isNotEmpty();
    }

    private void initiate(Configs left, Configs right) {
        HandshakeScenarioTest.load(pair, left, right);
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive(Duration.ofSeconds(20));
    }

    private void assertKeyedAndACpuAfterwards() {
        HandshakeScenarioTest.assertMirrored(pair);
        pair.left.initiate("BFL-BFR", "bf", pair.right, Resource.cpu(3), pair.now);
        pair.drive(Duration.ofSeconds(5));
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.left.kernel).hasSize(2);
    }
}
