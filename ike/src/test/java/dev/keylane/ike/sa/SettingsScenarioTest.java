package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.EndpointSettings.Retransmission;
import dev.keylane.ike.policy.HalfOpenLimits;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Link;
import dev.keylane.ike.sim.Pair;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Settings that are replaced while the endpoint runs. */
class SettingsScenarioTest {
    private static final Link.Weather DEAD = new Link.Weather(1, 0, Duration.ZERO, Duration.ZERO);
    private static final EndpointSettings HASTY = new EndpointSettings(1, 2, new Retransmission(Duration.ofSeconds(1), 1, 2),
            HalfOpenLimits.DEFAULT);

    private final Pair pair = new Pair(77, EndpointSettings.DEFAULT, Link.Weather.FAIR);

    @Test
    void holdForWhatBeginsFromNowOn() {
        pair.left.load(Configs.LEFT.book(), pair.now);
        pair.link.weather(DEAD);
        pair.left.on(new Event.SettingsReplaced(HASTY), pair.now);
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive(Duration.ofSeconds(10));
        assertThat(pair.left.log()).contains("giving up after 2 retransmits");
    }

    /** Its exchanges keep the times they were begun with, and nobody has to move to another port. */
    @Test
    void leaveAloneWhatStands() {
        HandshakeScenarioTest.keyed(pair, Configs.LEFT, Configs.RIGHT);
        IkeSaView before = pair.left.endpoint.views().getFirst();
        pair.left.on(new Event.SettingsReplaced(HASTY), pair.now);
        pair.left.on(new Event.RekeyChild(9, pair.left.children().getFirst().id()), pair.now);
        pair.drive();
        assertThat(pair.left.endpoint.views()).singleElement().extracting(IkeSaView::path).isEqualTo(before.path());
        assertThat(pair.left.children()).hasSize(1);
        HandshakeScenarioTest.assertMirrored(pair);
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive();
        assertThat(pair.left.endpoint.views()).allMatch(view -> view.path().equals(before.path()));
    }
}
