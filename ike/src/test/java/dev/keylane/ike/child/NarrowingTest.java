package dev.keylane.ike.child;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig.Mode;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.policy.TsPattern;
import java.util.List;
import org.junit.jupiter.api.Test;

class NarrowingTest {
    private static final IpAddress HOST = IpAddress.of("3.3.3.2");
    private static final List<TsPattern> VXLAN_OF_NET = List.of(TsPattern.of(vxlan("3.3.3.0", "3.3.3.255")));

    @Test
    void netShrinksToTheHostInTransportMode() {
        assertThat(Narrowing.carried(Mode.TRANSPORT, VXLAN_OF_NET, HOST)).containsExactly(vxlan("3.3.3.2", "3.3.3.2"));
    }

    @Test
    void netWithoutTheHostCarriesNothingInTransportMode() {
        assertThat(Narrowing.carried(Mode.TRANSPORT, VXLAN_OF_NET, IpAddress.of("192.0.2.1"))).isEmpty();
    }

    @Test
    void tunnelCarriesTheWholeNet() {
        assertThat(Narrowing.carried(Mode.TUNNEL, VXLAN_OF_NET, HOST)).containsExactly(vxlan("3.3.3.0", "3.3.3.255"));
    }

    @Test
    void dynamicIsTheHostInEitherMode() {
        TrafficSelector host = TrafficSelector.subnet(HOST, 32);
        assertThat(Narrowing.carried(Mode.TRANSPORT, List.of(TsPattern.DYNAMIC), HOST)).containsExactly(host);
        assertThat(Narrowing.carried(Mode.TUNNEL, List.of(TsPattern.DYNAMIC), HOST)).containsExactly(host);
    }

    private static TrafficSelector vxlan(String from, String to) {
        return new TrafficSelector(17, 4789, 4789, IpAddress.of(from), IpAddress.of(to));
    }
}
