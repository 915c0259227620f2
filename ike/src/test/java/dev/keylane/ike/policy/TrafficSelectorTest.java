package dev.keylane.ike.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keylane.ike.net.IpAddress;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrafficSelectorTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0, 65535, 10.0.0.0, 10.0.0.255, 10.0.0.0/24",
        "17, 4789, 4789, 10.0.0.1, 10.0.0.1, 10.0.0.1/32[udp/4789]",
        "6, 1024, 65535, 10.0.0.1, 10.0.0.2, 10.0.0.1..10.0.0.2[tcp/1024-65535]",
        "17, 65535, 0, 10.0.0.0, 10.0.0.255, 10.0.0.0/24[udp/OPAQUE]",
        "1, 2048, 2303, 10.0.0.0, 10.0.0.255, 10.0.0.0/24[icmp/8]",
        "1, 2049, 2049, 10.0.0.0, 10.0.0.255, 10.0.0.0/24[icmp/8(1)]",
        "58, 34048, 34303, 2001:db8::, 2001:db8::ff, 2001:db8::/120[ipv6-icmp/133]",
        "132, 0, 65535, 0.0.0.0, 255.255.255.255, 0.0.0.0/0[132]"})
    void textIsThatOfCharon(int protocol, int from, int to, String start, String end, String text) {
        assertThat(new TrafficSelector(protocol, from, to, IpAddress.of(start), IpAddress.of(end))).hasToString(text);
    }

    @Test
    void familiesDoNotMix() {
        assertThatThrownBy(() -> new TrafficSelector(0, 0, 1, IpAddress.ANY_V4, IpAddress.ANY_V6))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(TrafficSelector.subnet(IpAddress.ANY_V4, 0).intersect(TrafficSelector.subnet(IpAddress.ANY_V6, 0)))
                .isEmpty();
    }

    @Test
    void opaquePortsMeetOnlyOpaqueOrAllPorts() {
        TrafficSelector all = TrafficSelector.subnet(IpAddress.of("10.0.0.0"), 8);
        TrafficSelector opaque = new TrafficSelector(17, 65535, 0, all.start(), all.end());
        TrafficSelector some = new TrafficSelector(17, 1, 2, all.start(), all.end());
        assertThat(all.intersect(opaque)).contains(opaque);
        assertThat(opaque.intersect(opaque)).contains(opaque);
        assertThat(opaque.intersect(some)).isEmpty();
        assertThat(all.contains(opaque)).isTrue();
        assertThat(opaque.contains(all)).isFalse();
    }

    /** Against the definition: what both contain, and nothing else. */
    @Test
    void intersectionsHoldExactlyTheSharedPackets() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            TrafficSelector a = some(random);
            TrafficSelector b = some(random);
            TrafficSelector packet = packet(random);
            boolean both = a.contains(packet) && b.contains(packet);
            assertThat(a.intersect(b).filter(shared -> shared.contains(packet)).isPresent())
                    .as("%s %s %s", a, b, packet)
                    .isEqualTo(both);
            assertThat(a.intersect(b)).isEqualTo(b.intersect(a));
            assertThat(a.intersect(a)).contains(a);
            assertThat(a.contains(b)).isEqualTo(a.intersect(b).filter(b::equals).isPresent());
        }
    }

    @Test
    void prefixes() {
        assertThat(TrafficSelector.subnet(IpAddress.of("10.1.2.3"), 12)).hasToString("10.0.0.0/12");
        TrafficSelector range = new TrafficSelector(0, 0, 65535, IpAddress.of("10.0.0.1"), IpAddress.of("10.0.0.6"));
        assertThat(range.prefixLength()).isEqualTo(-1);
        assertThat(range.coveringPrefix()).isEqualTo(29);
        for (int prefix = 0; prefix <= 128; prefix++) {
            TrafficSelector net = TrafficSelector.subnet(IpAddress.of("2001:db8:1:2:3:4:5:6"), prefix);
            assertThat(net.prefixLength()).isEqualTo(prefix);
            assertThat(net.coveringPrefix()).isEqualTo(prefix);
        }
    }

    private static TrafficSelector some(Random random) {
        int low = random.nextInt(8);
        int port = random.nextInt(8);
        return new TrafficSelector(random.nextInt(3), port, port + random.nextInt(4), host(low),
                host(low + random.nextInt(6)));
    }

    private static TrafficSelector packet(Random random) {
        int port = random.nextInt(10);
        IpAddress host = host(random.nextInt(12));
        return new TrafficSelector(1 + random.nextInt(2), port, port, host, host);
    }

    private static IpAddress host(int last) {
        return IpAddress.of("10.0.0." + last);
    }
}
