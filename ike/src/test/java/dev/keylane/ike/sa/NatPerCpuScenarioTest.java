package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Host;
import dev.keylane.ike.sim.Link;
import dev.keylane.ike.sim.Pair;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code per_cpu_sas = encap}: each CPU's SA has a UDP source port of its own. */
class NatPerCpuScenarioTest {
    @Test
    void everyCpuHasAPortAndTheFallbackThatOfIke() {
        Pair pair = fourCpus(Configs.LEFT.withOwnPorts(), Configs.RIGHT.withOwnPorts());
        for (Host host : List.of(pair.left, pair.right)) {
            Map<Resource, Integer> ports = ports(host);
            assertThat(ports).containsEntry(Resource.FALLBACK, ChildSa.PORT_OF_IKE).hasSize(5);
            assertThat(ports.values()).doesNotHaveDuplicates();
            assertThat(ports.entrySet()).filteredOn(e -> e.getKey().isBound())
                    .allSatisfy(e -> assertThat(e.getValue()).isBetween(49_152, 65_535));
        }
    }

    @Test
    void thePortIsKeptByRekeyingFromEitherSideAndByMoving() {
        Pair pair = fourCpus(Configs.LEFT.withOwnPorts().tries(1, Duration.ofSeconds(30)),
                Configs.RIGHT.withOwnPorts());
        Map<Resource, Integer> left = ports(pair.left);
        Map<Resource, Integer> right = ports(pair.right);
        List<Long> old = pair.left.children().stream().map(ChildSa::id).toList();
        pair.left.children().forEach(child -> pair.left.on(new Event.RekeyChild(0, child.id()), pair.now));
        pair.drive(Duration.ofSeconds(10));
        pair.nat.remap();
        pair.advance(Duration.ofSeconds(40));
        assertThat(pair.right.seen(Effect.MoveChildren.class)).hasSize(1);
        pair.right.children().forEach(child -> pair.right.on(new Event.RekeyChild(0, child.id()), pair.now));
        pair.drive(Duration.ofSeconds(10));
        assertThat(pair.left.children()).hasSize(5).extracting(ChildSa::id).doesNotContainAnyElementsOf(old);
        assertThat(ports(pair.left)).isEqualTo(left);
        assertThat(ports(pair.right)).isEqualTo(right);
    }

    @Test
    void withoutEncapsulationThereAreNoPorts() {
        Pair pair = new Pair(1);
        createAll(pair, Configs.LEFT.withOwnPorts(), Configs.RIGHT.withOwnPorts());
        assertThat(pair.left.children()).hasSize(5).extracting(ChildSa::sourcePort).containsOnly(ChildSa.PORT_OF_IKE);
    }

    @Test
    void plainPerCpuSasShareThePortOfIke() {
        Pair pair = fourCpus(Configs.LEFT.withPerCpuSas(), Configs.RIGHT.withPerCpuSas());
        assertThat(pair.left.children()).hasSize(5).extracting(ChildSa::sourcePort).containsOnly(ChildSa.PORT_OF_IKE);
    }

    @Test
    void aRequestOfTheWindowThatWasOvertakenDoesNotLeadBack() {
        Pair pair = NatScenarioTest.keyed(NatScenarioTest.INSIDE.withPerCpuSas(),
                NatScenarioTest.OUTSIDE.withPerCpuSas());
        IpEndpoint before = NatScenarioTest.view(pair.right).path().remote();
        IpEndpoint after = before.withPort(61_000);
        pair.link.weather(new Link.Weather(1, 0, Duration.ZERO, Duration.ZERO));
        int sent = pair.left.seen(Effect.SendDatagram.class).size();
        for (int cpu = 0; cpu < 2; cpu++) {
            pair.left.initiate("BFL-BFR", "bf", pair.right, Resource.cpu(cpu), pair.now);
        }
        List<Effect.SendDatagram> requests = pair.left.seen(Effect.SendDatagram.class).stream().skip(sent).toList();
        assertThat(requests).as("both within the window").hasSize(2);
        IpEndpoint here = NatScenarioTest.natPort(pair.right);
        pair.right.on(new Event.DatagramReceived(here, after, requests.get(1).datagram()), pair.now);
        assertThat(NatScenarioTest.view(pair.right).path().remote()).isEqualTo(after);
        pair.right.on(new Event.DatagramReceived(here, before, requests.get(0).datagram()), pair.now);
        assertThat(NatScenarioTest.view(pair.right).path().remote()).isEqualTo(after);
        assertThat(pair.right.seen(Effect.SendDatagram.class).getLast().remote()).as("the answer").isEqualTo(before);
        assertThat(pair.right.children()).hasSize(3);
    }

    private static Pair fourCpus(Configs left, Configs right) {
        Pair pair = NatScenarioTest.behindNat(true, left, right);
        createAll(pair, left, right);
        return pair;
    }

    static void createAll(Pair pair, Configs left, Configs right) {
        HandshakeScenarioTest.load(pair, left, right);
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive(Duration.ofSeconds(2));
        for (int cpu = 0; cpu < 4; cpu++) {
            pair.left.initiate("BFL-BFR", "bf", pair.right, Resource.cpu(cpu), pair.now);
        }
        pair.drive(Duration.ofSeconds(5));
    }

    private static Map<Resource, Integer> ports(Host host) {
        return host.children().stream().collect(Collectors.toMap(ChildSa::resource, ChildSa::sourcePort));
    }
}
