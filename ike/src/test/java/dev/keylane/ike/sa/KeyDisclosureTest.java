package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Link;
import dev.keylane.ike.sim.Pair;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyDisclosureTest {
    private static List<Effect.KeysAgreed> told(Pair pair, boolean left) {
        return (left ? pair.left : pair.right).seen.stream().filter(Effect.KeysAgreed.class::isInstance)
                .map(Effect.KeysAgreed.class::cast).toList();
    }

    /** Both ends have the same keys, of the first IKE SA and of the one that replaces it. */
    @Test
    void whoeverAsksIsToldOfEveryIkeSa() {
        Pair pair = new Pair(5, EndpointSettings.DEFAULT.tellingKeys(true), Link.Weather.FAIR);
        HandshakeScenarioTest.keyed(pair, Configs.LEFT, Configs.RIGHT);
        pair.left.on(new Event.RekeyIke(9, pair.left.endpoint.views().getFirst().id()), pair.now);
        pair.drive();
        assertThat(told(pair, true)).hasSize(2).extracting(keys -> keys.spiInitiator() + " " + keys.spiResponder())
                .doesNotHaveDuplicates().isEqualTo(told(pair, false).stream()
                        .map(keys -> keys.spiInitiator() + " " + keys.spiResponder()).toList());
        assertThat(told(pair, true).getLast().keys().ei()).isEqualTo(told(pair, false).getLast().keys().ei());
        assertThat(told(pair, true).toString()).doesNotContainPattern("[0-9a-f]{32}");
    }

    @Test
    void nobodyIsToldUnasked() {
        Pair pair = new Pair(5, EndpointSettings.DEFAULT, Link.Weather.FAIR);
        HandshakeScenarioTest.keyed(pair, Configs.LEFT, Configs.RIGHT);
        assertThat(told(pair, true)).isEmpty();
    }
}
