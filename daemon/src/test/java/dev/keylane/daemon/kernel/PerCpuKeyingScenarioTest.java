package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keylane.ike.child.Resource;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.wire.Octets;
import dev.keylane.xfrm.PolicyInfo;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.software.packet.UdpDatagram;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Traffic of four CPUs from the trap to an SA each, over a kernel in memory: nothing is lost on the way. */
class PerCpuKeyingScenarioTest {
    private final AtomicInteger sent = new AtomicInteger();

    @Test
    void everyCpuEndsUpOnItsOwnSaAndNoPacketIsLost() throws Exception {
        try (TwoHosts hosts = new TwoHosts(15)) {
            assertThat(hosts.shard.submit(() -> hosts.left.side.installTrap(hosts.left.connection(), TwoHosts.CHILD))
                    .get()).isEmpty();
            assertThat(hosts.shard.submit(() -> hosts.right.side.installTrap(hosts.right.connection(), TwoHosts.CHILD))
                    .get()).isEmpty();
            // Few enough to wait in the policy's queue, whose bound would otherwise be what this measures.
            send(hosts, 5);
            await().atMost(Duration.ofSeconds(10)).until(() -> hosts.left.kernel.dumpSas().size() >= 2);
            send(hosts, 600);
            await().atMost(Duration.ofSeconds(10)).until(() -> bound(hosts).size() == TwoHosts.CPUS);
            assertThat(hosts.left.kernel.drops()).allSatisfy((reason, count) -> assertThat(count).isZero());
            assertThat(hosts.right.kernel.drops()).allSatisfy((reason, count) -> assertThat(count).isZero());
            assertThat(hosts.delivered).hasValue(sent.get());

            Map<Integer, Long> before = bound(hosts);
            send(hosts, 100);
            Map<Integer, Long> after = bound(hosts);
            for (int cpu = 0; cpu < TwoHosts.CPUS; cpu++) {
                assertThat(after.get(cpu) - before.get(cpu)).as("packets of CPU %d", cpu).isEqualTo(100);
            }
            List<Resource> agreed = hosts.shard.submit(() -> List.copyOf(hosts.agreed)).get();
            assertThat(agreed).as("one negotiation each").doesNotHaveDuplicates().hasSize(TwoHosts.CPUS + 1)
                    .startsWith(Resource.FALLBACK);
            assertThat(hosts.left.kernel.dumpPolicies()).extracting(PolicyInfo::spec)
                    .noneMatch(PolicySpec::cpuAcquire);
        }
    }

    /** Its peer asks for the SAs, and has them later than we do. */
    @Test
    void theSideThatAnswersLosesNothingEither() throws Exception {
        try (TwoHosts hosts = new TwoHosts(40)) {
            hosts.shard.submit(() -> hosts.left.side.installTrap(hosts.left.connection(), TwoHosts.CHILD)).get();
            send(hosts, 5);
            await().atMost(Duration.ofSeconds(10)).until(() -> hosts.left.kernel.dumpSas().size() >= 2);
            Thread back = Thread.ofPlatform().start(() -> sendAll(hosts.right, TwoHosts.RIGHT, TwoHosts.LEFT, 1500));
            send(hosts, 1500);
            back.join();
            await().atMost(Duration.ofSeconds(10)).until(() -> bound(hosts).size() == TwoHosts.CPUS);
            assertThat(hosts.left.kernel.drops()).allSatisfy((reason, count) -> assertThat(count).as(reason.name()).isZero());
            assertThat(hosts.right.kernel.drops()).allSatisfy((reason, count) -> assertThat(count).as(reason.name()).isZero());
            assertThat(hosts.delivered).hasValue(sent.get());
        }
    }

    @Test
    void closingOneSideEmptiesItsKernel() throws Exception {
        try (TwoHosts hosts = new TwoHosts(1)) {
            hosts.shard.submit(() -> hosts.left.side.installTrap(hosts.left.connection(), TwoHosts.CHILD)).get();
            send(hosts, 5);
            await().atMost(Duration.ofSeconds(10)).until(() -> hosts.left.kernel.dumpSas().size() >= 2);
            hosts.shard.submit(hosts.left.side::close).get();
            assertThat(hosts.left.kernel.dumpPolicies()).isEmpty();
            assertThat(hosts.left.kernel.dumpSas()).noneMatch(sa -> !sa.larval());
        }
    }

    private void send(TwoHosts hosts, int packets) {
        sendAll(hosts.left, TwoHosts.LEFT, TwoHosts.RIGHT, packets);
    }

    private void sendAll(TwoHosts.Host host, IpAddress from, IpAddress to, int packets) {
        List<Thread> threads = new ArrayList<>();
        for (int cpu = 0; cpu < TwoHosts.CPUS; cpu++) {
            int mine = cpu;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < packets; i++) {
                    byte[] packet = datagram(from, to, mine, i);
                    host.kernel.output(mine, packet, 0, packet.length);
                    sent.incrementAndGet();
                    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(500));
                }
            }));
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static byte[] datagram(IpAddress from, IpAddress to, int cpu, int number) {
        return new UdpDatagram(new IpEndpoint(from, 4789), new IpEndpoint(to, 4789),
                Octets.of(cpu, number >> 8, number & 0xff)).toPacket();
    }

    /** Packets sent by the outbound SA of each CPU of the left side. */
    private static Map<Integer, Long> bound(TwoHosts hosts) {
        Map<Integer, Long> packets = new TreeMap<>();
        for (SaInfo sa : hosts.left.kernel.dumpSas()) {
            if (!sa.larval() && sa.direction() == SaSpec.Direction.OUT && sa.cpu() != SaSpec.NO_CPU) {
                packets.put(sa.cpu(), sa.counters().packets());
            }
        }
        return packets;
    }
}
