package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig.Mode;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.policy.TsPattern;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Link;
import dev.keylane.ike.sim.Pair;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tunnels whose inside is of another IP version than their outside, RFC 4301 §4.1. */
class MixedFamiliesScenarioTest {
    @ParameterizedTest
    @CsvSource({"192.0.2.1, 198.51.100.2, 2001:db8:1::/48, 2001:db8:2::/48",
        "2001:db8::1, 2001:db8::2, 10.1.0.0/16, 10.2.0.0/16"})
    void oneVersionWithinTheOther(String left, String right, String leftNet, String rightNet) {
        Pair pair = new Pair(1, EndpointSettings.DEFAULT, Link.Weather.FAIR, left, right);
        HandshakeScenarioTest.keyed(pair, Configs.LEFT.mode(Mode.TUNNEL).selectors(net(leftNet), net(rightNet)),
                Configs.RIGHT.mode(Mode.TUNNEL).selectors(net(rightNet), net(leftNet)));
        HandshakeScenarioTest.assertMirrored(pair);
        ChildSa first = pair.left.children().getFirst();
        assertThat(first.terms().selectors()).hasToString(leftNet + " === " + rightNet);
        pair.right.on(new Event.RekeyChild(0, pair.right.children().getFirst().id()), pair.now);
        pair.drive();
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(pair.left.children()).singleElement().isNotEqualTo(first)
                .satisfies(child -> assertThat(child.terms().selectors()).isEqualTo(first.terms().selectors()));
    }

    private static TsPattern net(String text) {
        String[] parts = text.split("/");
        return TsPattern.of(TrafficSelector.subnet(IpAddress.of(parts[0]), Integer.parseInt(parts[1])));
    }
}
