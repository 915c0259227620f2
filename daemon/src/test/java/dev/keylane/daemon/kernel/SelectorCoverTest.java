package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.wire.Octets;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.Selector.Port;
import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SelectorCoverTest {
    private final Random random = new Random(4301);

    @Test
    void portMasksUniteToTheRange() {
        for (int round = 0; round < 60; round++) {
            int a = random.nextInt(0x10000);
            int b = round % 3 == 0 ? a : random.nextInt(0x10000);
            List<Port> masks = PortMasks.exact(Math.min(a, b), Math.max(a, b));
            assertThat(masks).hasSizeLessThanOrEqualTo(30);
            for (int port = 0; port < 0x10000; port++) {
                int wanted = port;
                long hits = masks.stream().filter(mask -> mask.matches(wanted)).count();
                if (hits != (port >= Math.min(a, b) && port <= Math.max(a, b) ? 1 : 0)) {
                    throw new AssertionError(a + "-" + b + " at " + port + ": " + masks);
                }
            }
        }
        assertThat(PortMasks.exact(0, 0xffff)).containsExactly(Port.ANY);
        assertThat(PortMasks.exact(4789, 4789)).containsExactly(Port.of(4789));
        assertThat(PortMasks.exact(0, 1)).containsExactly(new Port(0, 0xfffe));
    }

    @Test
    void aCoveringMaskContainsItsEndsAndNothingSmallerDoes() {
        for (int round = 0; round < 1_000; round++) {
            int a = random.nextInt(0x10000);
            int b = random.nextInt(0x10000);
            Port cover = PortMasks.covering(Math.min(a, b), Math.max(a, b));
            assertThat(cover.matches(a) && cover.matches(b)).isTrue();
            int half = cover.mask() == 0 ? 0x8000 : cover.mask() | cover.mask() >> 1;
            assertThat(a == b || (a & half) != (b & half)).isTrue();
        }
    }

    @Test
    void prefixesAreAdjacentAndUniteToTheRange() {
        for (int round = 0; round < 1_000; round++) {
            int size = round % 2 == 0 ? 4 : 16;
            IpAddress a = address(size);
            IpAddress b = address(size);
            IpAddress from = a.compareTo(b) <= 0 ? a : b;
            IpAddress to = from.equals(a) ? b : a;
            List<Prefix> prefixes = Prefix.exact(from, to);
            assertThat(prefixes).hasSizeLessThanOrEqualTo(2 * from.bits() - 2);
            BigInteger next = number(from);
            for (Prefix prefix : prefixes) {
                assertThat(number(prefix.address())).isEqualTo(next);
                assertThat(prefix.address().withHostBits(prefix.length(), false)).isEqualTo(prefix.address());
                next = number(prefix.address().withHostBits(prefix.length(), true)).add(BigInteger.ONE);
            }
            assertThat(next.subtract(BigInteger.ONE)).isEqualTo(number(to));
            Prefix cover = Prefix.covering(from, to);
            assertThat(cover.address().withHostBits(cover.length(), true)).isGreaterThanOrEqualTo(to);
            assertThat(cover.address()).isLessThanOrEqualTo(from);
        }
        assertThat(Prefix.exact(IpAddress.ANY_V6, IpAddress.ANY_V6.withHostBits(0, true)))
                .containsExactly(new Prefix(IpAddress.ANY_V6, 0));
    }

    @Test
    void aPairOfSubnetsIsOneSelector() {
        IpAddress net = IpAddress.of("3.3.3.0");
        TrafficSelector vxlan = new TrafficSelector(17, 4789, 4789, net, IpAddress.of("3.3.3.255"));
        assertThat(SelectorCover.of(List.of(Samples.LEFT_NET), List.of(vxlan), 7)).containsExactly(
                new Selector(IpAddress.of("10.1.0.0"), 16, net, 24, 17, Port.ANY, Port.of(4789), 7));
    }

    @Test
    void differentFamiliesAndProtocolsHaveNothingInCommon() {
        TrafficSelector v6 = TrafficSelector.subnet(IpAddress.of("2001:db8::"), 32);
        TrafficSelector tcp = new TrafficSelector(6, 0, 0xffff, Samples.LEFT, Samples.LEFT);
        TrafficSelector udp = new TrafficSelector(17, 0, 0xffff, Samples.RIGHT, Samples.RIGHT);
        assertThat(SelectorCover.of(List.of(v6), List.of(Samples.RIGHT_NET), 0)).isEmpty();
        assertThat(SelectorCover.of(List.of(tcp), List.of(udp), 0)).isEmpty();
        assertThat(SelectorCover.of(List.of(v6, Samples.LEFT_NET), List.of(Samples.RIGHT_NET, v6), 0)).hasSize(2);
    }

    @Test
    void icmpTypeAndCodeStandInTheSameFieldsBothWays() {
        TrafficSelector echo = new TrafficSelector(1, 0x0800, 0x08ff, Samples.LEFT, Samples.LEFT);
        TrafficSelector any = new TrafficSelector(1, 0, 0xffff, Samples.RIGHT, Samples.RIGHT);
        for (Selector selector : List.of(only(echo, any), only(any, echo))) {
            assertThat(selector.sourcePort().matches(8)).isTrue();
            assertThat(selector.sourcePort().matches(0)).isFalse();
            assertThat(selector.destinationPort()).isEqualTo(Port.ANY);
        }
        TrafficSelector fragmentation = new TrafficSelector(1, 0x0304, 0x0304, Samples.LEFT, Samples.LEFT);
        assertThat(only(fragmentation, any).destinationPort().matches(4)).isTrue();
        assertThat(only(fragmentation, any).destinationPort().matches(3)).isFalse();
    }

    @Test
    void opaquePortsMatchAll() {
        TrafficSelector opaque = new TrafficSelector(17, 0xffff, 0, Samples.LEFT, Samples.LEFT);
        assertThat(only(opaque, Samples.RIGHT_NET).sourcePort()).isEqualTo(Port.ANY);
    }

    @Test
    void tooManyPiecesAreWidenedToOneThatContainsThem() {
        TrafficSelector ragged = new TrafficSelector(6, 1, 65534, IpAddress.of("10.0.0.1"),
                IpAddress.of("10.255.255.254"));
        List<Selector> cover = SelectorCover.of(List.of(ragged), List.of(ragged), 0);
        assertThat(cover).hasSizeLessThanOrEqualTo(SelectorCover.LIMIT);
        for (int round = 0; round < 1_000; round++) {
            int port = 1 + random.nextInt(65534);
            IpAddress inside = Prefix.exact(ragged.start(), ragged.end())
                    .get(random.nextInt(20)).address();
            assertThat(cover).anyMatch(s -> s.sourcePort().matches(port) && s.destinationPort().matches(port)
                    && inside.withHostBits(s.sourcePrefix(), false).equals(s.source())
                    && inside.withHostBits(s.destinationPrefix(), false).equals(s.destination()));
        }
    }

    private static Selector only(TrafficSelector source, TrafficSelector destination) {
        List<Selector> selectors = SelectorCover.of(List.of(source), List.of(destination), 0);
        assertThat(selectors).hasSize(1);
        return selectors.getFirst();
    }

    private IpAddress address(int size) {
        byte[] octets = new byte[size];
        random.nextBytes(octets);
        return new IpAddress(Octets.wrap(octets));
    }

    private static BigInteger number(IpAddress address) {
        return new BigInteger(1, address.octets().toByteArray());
    }
}
