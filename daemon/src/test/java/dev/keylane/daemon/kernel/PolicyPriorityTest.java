package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.Selector.Port;
import org.junit.jupiter.api.Test;

class PolicyPriorityTest {
    @Test
    void followsStrongswansFormula() {
        Selector nets = selector(16, 16, 0, Port.ANY, 0);
        assertThat(PolicyPriority.TRAP.of(nets, 0)).isEqualTo(400_000 - 512 * 32);
        assertThat(PolicyPriority.SA.of(nets, 0)).isEqualTo(400_000 - 512 * 32 - 1);
        assertThat(PolicyPriority.SA.of(selector(32, 32, 17, Port.of(4789), 0), 0))
                .isEqualTo(400_000 - 512 * 64 - 256 - 4 * 16 - 1).isEqualTo(366_911);
        assertThat(PolicyPriority.SA.of(selector(32, 32, 17, Port.of(4789), 3), 0)).isEqualTo(366_909);
        assertThat(PolicyPriority.PASS.of(nets, 0)).isEqualTo(200_000 - 512 * 32 - 1);
        assertThat(PolicyPriority.DROP.of(nets, 0)).isEqualTo(600_000 - 512 * 32 - 1);
    }

    @Test
    void hostsInIpv6StayPositive() {
        Selector hosts = new Selector(IpAddress.of("2001:db8::1"), 128, IpAddress.of("2001:db8::2"), 128, 6,
                Port.of(1), Port.of(2), 1);
        assertThat(PolicyPriority.PASS.of(hosts, 0)).isEqualTo(200_000 - 131_072 - 256 - 128 - 2 - 1);
    }

    @Test
    void aFixedOneWins() {
        assertThat(PolicyPriority.SA.of(selector(16, 16, 0, Port.ANY, 0), 42)).isEqualTo(42);
    }

    private static Selector selector(int from, int to, int protocol, Port port, int ifindex) {
        return new Selector(IpAddress.of("10.1.0.0"), from, IpAddress.of("10.2.0.0"), to, protocol, Port.ANY, port,
                ifindex);
    }
}
