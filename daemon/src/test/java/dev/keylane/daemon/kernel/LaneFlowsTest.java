package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildKeysInOut;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.crypto.jca.JcaCrypto;
import dev.keylane.ike.crypto.jca.SecureRandomSource;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.PerCpuMode;
import dev.keylane.ike.policy.PerCpuOptions;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.wire.Octets;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.xfrm.software.SoftwareSettings;
import dev.keylane.xfrm.software.SoftwareXfrm;
import dev.keylane.xfrm.software.SystemTimers;
import dev.keylane.xfrm.software.packet.UdpDatagram;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Packets through a kernel in memory whose flows are divided: each takes the SA of its source port, from any CPU. */
class LaneFlowsTest {
    private static final ChildConfig CONFIG = divided();
    private final SystemTimers timers = new SystemTimers();
    private final AtomicInteger spi = new AtomicInteger();
    private final SoftwareXfrm kernel = new SoftwareXfrm(
            SoftwareSettings.of(2, JcaCrypto::new, new SecureRandomSource(), timers), (_, esp) -> {
                spi.set(ByteBuffer.wrap(esp).getInt());
                return true;
            }, _ -> { });
    private final Instant now = Instant.EPOCH.plusSeconds(1_000);
    private KernelSide side;

    @BeforeEach
    void install() throws IOException {
        side = XfrmKernelSide.open(kernel, EarlyArrivals.DROPPED, SendingCpus.unobserved("a test"),
                new KernelSettings(EndpointSettings.DEFAULT, PlanCpus.all(CpuSet.first(2)), Duration.ofSeconds(30), null, ""),
                Samples.NETWORK, new Random(3), new AtomicInteger(50)::incrementAndGet);
        side.use(Samples.book(CONFIG));
        up(10, Resource.FALLBACK);
        for (int lane = 1; lane < 4; lane++) {
            up(10 + lane, Resource.cpu(lane));
        }
    }

    @AfterEach
    void close() {
        side.close();
        kernel.close();
        timers.close();
    }

    @Test
    void eachSourcePortTakesItsLane() {
        for (int port = 1_000; port < 1_016; port++) {
            assertThat(sent(port % 2, port)).as("port %d", port).isEqualTo(0xd000000a + port % 4);
        }
    }

    @Test
    void aLaneThatGoesLeavesItsFlowsToTheOneForAll() {
        ChildLife.down(side, child(12, Resource.cpu(2)), now);
        assertThat(sent(0, 1_002)).isEqualTo(0xd000000a);
        assertThat(sent(0, 1_003)).isEqualTo(0xd000000d);
        up(20, Resource.cpu(2));
        assertThat(sent(1, 1_002)).isEqualTo(0xd0000014);
    }

    @Test
    void aLaneThatIsReplacedGoesOnSending() {
        up(20, Resource.cpu(2));
        assertThat(sent(0, 1_002)).isEqualTo(0xd0000014);
        ChildLife.down(side, child(12, Resource.cpu(2)), now);
        side.onTime(now.plus(Retiring.GRACE));
        assertThat(sent(1, 1_002)).isEqualTo(0xd0000014);
    }

    private int sent(int cpu, int port) {
        byte[] packet = new UdpDatagram(new IpEndpoint(IpAddress.of("10.1.0.9"), port),
                new IpEndpoint(IpAddress.of("10.2.0.9"), 53), Octets.of(1)).toPacket();
        spi.set(0);
        kernel.output(cpu, packet, 0, packet.length);
        return spi.get();
    }

    private void up(long id, Resource resource) {
        ChildSa child = child(id, resource);
        byte[] key = new byte[36];
        key[0] = (byte) id;
        ChildKeysInOut keys = new ChildKeysInOut(Secret.wrap(key.clone()), null, Secret.wrap(key), null);
        assertThat(side.on(new Effect.InstallChild(child, keys, false), now)).hasSize(1);
        side.on(new Effect.ChildUp(Samples.ike(), Samples.view(child)), now);
    }

    private static ChildSa child(long id, Resource resource) {
        return Samples.child(id, CONFIG, resource, 0);
    }

    private static ChildConfig divided() {
        ChildConfig c = Samples.perCpu();
        return new ChildConfig(c.name(), c.mode(), c.proposals(), c.localTs(), c.remoteTs(), c.actions(), c.lifetime(),
                c.perCpu(), c.kernel(), new PerCpuOptions(PerCpuMode.DEMAND, new PerCpuOptions.Cpus.Auto(), 0, 4));
    }
}
