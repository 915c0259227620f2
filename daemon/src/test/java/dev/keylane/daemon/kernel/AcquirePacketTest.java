package dev.keylane.daemon.kernel;

import static dev.keylane.daemon.kernel.Samples.LEFT;
import static dev.keylane.daemon.kernel.Samples.RIGHT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.Selector.Port;
import dev.keylane.xfrm.XfrmEvent;
import org.junit.jupiter.api.Test;

class AcquirePacketTest {
    @Test
    void pingReadsAsCharonWritesIt() {
        XfrmEvent.Acquire ping = acquire(1, Port.of(8), Port.of(0), 2);
        assertThat(AcquirePacket.job(ping)).isEqualTo("creating acquire job for policy 192.0.2.1/32[icmp/8] === "
                + "198.51.100.1/32[icmp/8] with reqid {3}, cpu {2}, seq {44}");
        assertThat(AcquirePacket.selectors(ping).local())
                .containsExactly(new TrafficSelector(1, 0x0800, 0x0800, LEFT, LEFT));
        assertThat(AcquirePacket.selectors(ping).remote())
                .containsExactly(new TrafficSelector(1, 0x0800, 0x0800, RIGHT, RIGHT));
    }

    @Test
    void portsAreThoseOfTheirSide() {
        XfrmEvent.Acquire udp = acquire(17, Port.of(50_000), Port.of(4789), -1);
        assertThat(AcquirePacket.job(udp)).isEqualTo("creating acquire job for policy 192.0.2.1/32[udp/50000] === "
                + "198.51.100.1/32[udp/4789] with reqid {3}, seq {44}");
    }

    @Test
    void aProtocolWithoutPortsHasAllOfThem() {
        assertThat(AcquirePacket.job(acquire(47, Port.ANY, Port.ANY, -1)))
                .contains("policy 192.0.2.1/32[47] === 198.51.100.1/32[47] with");
    }

    private static XfrmEvent.Acquire acquire(int protocol, Port from, Port to, int cpu) {
        return new XfrmEvent.Acquire(PolicyId.of(Selector.any(true), PolicyId.Direction.OUT), 9, LEFT, RIGHT,
                new Selector(LEFT, 32, RIGHT, 32, protocol, from, to, 0), 3, cpu, 44);
    }
}
