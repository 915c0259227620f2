package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.SpiChoice;
import dev.keylane.ike.child.UdpSources;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Host;
import dev.keylane.ike.sim.Pair;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code per_cpu_sas = encap}: each CPU's SA comes from the UDP port that its receiver has chosen for its CPU. */
class SourcePortWishScenarioTest {
    private static final Configs LEFT = Configs.LEFT.withOwnPorts().encapsulated();
    private static final Configs RIGHT = Configs.RIGHT.withOwnPorts().encapsulated();

    /** As a device would want them whose queues go by the lowest bits. */
    private record Modulo(int shift) implements SpiChoice {
        @Override
        public int choose(Use use, IntSupplier draws) {
            return draws.getAsInt();
        }

        @Override
        public int sourcePort(Use use, IntSupplier draws) {
            assertThat(use.udpEncap()).isTrue();
            int port = 0;
            while (!fits(port, use.resource().cpu())) {
                port = 0xc000 | draws.getAsInt() & 0x3fff;
            }
            return port;
        }

        boolean fits(int port, int cpu) {
            return port != 0 && (port + shift) % 4 == cpu;
        }
    }

    @Test
    void bothSidesSendFromWhereTheOtherWants() {
        Pair pair = keyed(new Modulo(0), new Modulo(1), LEFT, RIGHT);
        assertFollowed(pair.left, pair.right, new Modulo(0));
        assertFollowed(pair.right, pair.left, new Modulo(1));
    }

    @Test
    void aPortThatStillFitsIsKeptThroughRekeyingsFromEitherSide() {
        Pair pair = keyed(new Modulo(0), new Modulo(1), LEFT, RIGHT);
        Map<Resource, Integer> left = ports(pair.left);
        Map<Resource, Integer> right = ports(pair.right);
        for (Host host : List.of(pair.left, pair.right)) {
            rekeyAll(pair, host);
            assertThat(ports(pair.left)).isEqualTo(left);
            assertThat(ports(pair.right)).isEqualTo(right);
        }
    }

    @Test
    void aDeviceThatHashesOtherwiseNowIsFollowedAtTheNextRekeying() {
        Pair pair = keyed(new Modulo(0), new Modulo(1), LEFT, RIGHT);
        pair.left.spis = new Modulo(2);
        pair.right.spis = new Modulo(3);
        rekeyAll(pair, pair.left);
        assertFollowed(pair.left, pair.right, new Modulo(2));
        assertFollowed(pair.right, pair.left, new Modulo(3));
    }

    @Test
    void aPeerWithoutPortsOfItsOwnPromisesNothing() {
        Pair pair = keyed(new Modulo(0), new Modulo(1), LEFT, Configs.RIGHT.withPerCpuSas().encapsulated());
        assertThat(pair.left.children()).hasSize(5).extracting(child -> child.terms().sources()).containsOnly(UdpSources.NONE);
        assertThat(ports(pair.left).values()).as("ports by lot").doesNotHaveDuplicates();
    }

    @Test
    void oneWithoutAWishFollowsTheOthers() {
        Pair pair = keyed(SpiChoice.ANY, new Modulo(1), LEFT, RIGHT);
        assertFollowed(pair.right, pair.left, new Modulo(1));
        assertThat(ports(pair.right).values()).as("ports by lot").doesNotHaveDuplicates();
        assertThat(pair.left.children()).extracting(child -> child.terms().sources().theirs()).containsOnly(UdpSources.ANY);
    }

    @Test
    void behindANatThatGivesOtherPortsThereIsNothingToWish() {
        Pair pair = NatScenarioTest.behindNat(true, Configs.LEFT.withOwnPorts(), Configs.RIGHT.withOwnPorts());
        pair.right.spis = new Modulo(1);
        NatPerCpuScenarioTest.createAll(pair, Configs.LEFT.withOwnPorts(), Configs.RIGHT.withOwnPorts());
        assertThat(pair.right.children()).hasSize(5).extracting(child -> child.terms().sources().theirs())
                .containsOnly(UdpSources.ANY);
    }

    private static Pair keyed(SpiChoice left, SpiChoice right, Configs here, Configs there) {
        Pair pair = new Pair(1);
        pair.left.spis = left;
        pair.right.spis = right;
        NatPerCpuScenarioTest.createAll(pair, here, there);
        return pair;
    }

    private static void rekeyAll(Pair pair, Host host) {
        List<Long> old = host.children().stream().map(ChildSa::id).toList();
        host.children().forEach(child -> host.on(new Event.RekeyChild(0, child.id()), pair.now));
        pair.drive(Duration.ofSeconds(10));
        assertThat(host.children()).hasSize(5).extracting(ChildSa::id).doesNotContainAnyElementsOf(old);
    }

    private static void assertFollowed(Host receiver, Host sender, Modulo wish) {
        Map<Integer, ChildSa> senders = sender.children().stream()
                .collect(Collectors.toMap(child -> child.terms().spiOut(), child -> child));
        assertThat(receiver.children()).filteredOn(child -> child.resource().isBound()).hasSize(4).allSatisfy(child -> {
            int port = senders.get(child.terms().spiIn()).sourcePort();
            assertThat(wish.fits(port, child.resource().cpu())).as("port %s of CPU %s", port, child.resource()).isTrue();
            assertThat(child.terms().sources().theirs()).as("what the receiver knows").isEqualTo(port);
        });
    }

    private static Map<Resource, Integer> ports(Host host) {
        return host.children().stream().collect(Collectors.toMap(ChildSa::resource, ChildSa::sourcePort));
    }
}
