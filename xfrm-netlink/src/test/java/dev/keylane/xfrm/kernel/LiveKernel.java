package dev.keylane.xfrm.kernel;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.linux.CpuAffinity;
import dev.keylane.linux.NetNamespace;
import dev.keylane.xfrm.XfrmKernel;
import dev.keylane.xfrm.contract.KernelUnderTest;
import dev.keylane.xfrm.contract.TrafficProbe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.function.Consumer;

/** This machine's kernel in a fresh network namespace with one link that leads nowhere. */
final class LiveKernel implements KernelUnderTest, TrafficProbe {
    private static final IpAddress LOCAL = IpAddress.of("10.77.0.1");
    private static final IpAddress REMOTE = IpAddress.of("10.77.0.2");
    private static final Duration ACQUIRE_EXPIRY = Duration.ofSeconds(2);

    private final NetlinkXfrm kernel;

    private LiveKernel(NetlinkXfrm kernel) {
        this.kernel = kernel;
    }

    /** Needs root and {@code ip}. */
    static void with(Consumer<LiveKernel> body) {
        NetNamespace.run(() -> {
            NetNamespace.ip("link set lo up", "link add kl0 address 02:00:00:00:00:01 type veth peer name kl1",
                    "link set kl0 up", "link set kl1 up", "addr add 10.77.0.1/24 dev kl0",
                    "neigh add 10.77.0.2 lladdr 02:00:00:00:00:02 dev kl0 nud permanent");
            try (NetlinkXfrm kernel = NetlinkXfrm.open()) {
                AcquireExpiry.set(ACQUIRE_EXPIRY);
                body.accept(new LiveKernel(kernel));
            } catch (IOException unwritable) {
                throw new UncheckedIOException(unwritable);
            }
        });
    }

    @Override
    public XfrmKernel kernel() {
        return kernel;
    }

    @Override
    public TrafficProbe traffic() {
        return this;
    }

    @Override
    public Duration acquireExpiry() {
        return ACQUIRE_EXPIRY;
    }

    @Override
    public void elapse(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException stop) {
            throw new IllegalStateException(stop);
        }
    }

    @Override
    public IpAddress local() {
        return LOCAL;
    }

    @Override
    public IpAddress remote() {
        return REMOTE;
    }

    /** From an unconnected socket, so that every packet looks for its state anew. */
    @Override
    public void send(int cpu) {
        CpuAffinity.on(cpu, () -> {
            try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
                channel.send(ByteBuffer.allocate(100), new InetSocketAddress(REMOTE.toInetAddress(), PORT));
            } catch (IOException dropped) {
                // a packet without a state may be refused; the counters tell
                return;
            }
        });
    }
}
