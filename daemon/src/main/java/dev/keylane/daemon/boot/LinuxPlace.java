package dev.keylane.daemon.boot;

import dev.keylane.daemon.config.SteeringSettings;
import dev.keylane.daemon.kernel.CardChange;
import dev.keylane.daemon.kernel.EarlyArrivals;
import dev.keylane.daemon.kernel.JdkHostNetwork;
import dev.keylane.daemon.kernel.LinkChange;
import dev.keylane.daemon.kernel.SendingCpus;
import dev.keylane.daemon.link.CardWatch;
import dev.keylane.daemon.link.LinkWatch;
import dev.keylane.daemon.senders.LinuxSendingCpus;
import dev.keylane.daemon.senders.SendingCpusWhenNeeded;
import dev.keylane.daemon.steering.SaSteering;
import dev.keylane.daemon.steering.Spreads;
import dev.keylane.daemon.steering.SteeredKernel;
import dev.keylane.linux.LinuxException;
import dev.keylane.daemon.traffic.KernelReader;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.pcpu.CpuTopology;
import dev.keylane.xfrm.XfrmKernel;
import dev.keylane.xfrm.kernel.AcquireExpiry;
import dev.keylane.xfrm.kernel.NetlinkXfrm;
import dev.keylane.xfrm.software.SoftwareSettings;
import dev.keylane.xfrm.software.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The machine's own kernel. */
public final class LinuxPlace implements KernelPlace {
    private final @Nullable SteeringWays ways;
    private final SteeringSettings settings;
    private @Nullable SaSteering steering;

    /** Received packets stay where they arrive. */
    public LinuxPlace() {
        this.ways = null;
        this.settings = SteeringSettings.DEFAULT;
    }

    /**
     * @param ways     to get received packets to their SA's CPU
     * @param settings which to take where
     */
    public LinuxPlace(SteeringWays ways, SteeringSettings settings) {
        this.ways = ways;
        this.settings = settings;
    }

    @Override
    public XfrmKernel open(Wire wire) throws IOException {
        XfrmKernel kernel;
        try {
            kernel = NetlinkXfrm.open();
        } catch (LinuxException refused) {
            throw new IOException("XFRM netlink cannot be used: " + refused.getMessage(), refused);
        }
        if (!kernel.capabilities().esp()) {
            kernel.close();
            throw new IOException("this kernel cannot do ESP (" + kernel.capabilities().detail()
                    + "): " + EspRemedy.of(kernel.capabilities().detail()) + "; or run with --kernel software");
        }
        return ways == null ? kernel : steered(kernel, ways);
    }

    private XfrmKernel steered(XfrmKernel kernel, SteeringWays by) {
        JdkHostNetwork network = new JdkHostNetwork();
        steering = new SaSteering(by.all(), settings, network, new Spreads(settings, network, by::spread), kernel::dumpSas);
        return new SteeredKernel(kernel, steering);
    }

    @Override
    public Optional<SaSteering> steering() {
        return Optional.ofNullable(steering);
    }

    /** Why it would not open, a sentence for the operator; empty when it would. It is not kept open. */
    public static Optional<String> reasonAgainst() {
        try {
            new LinuxPlace().open((path, esp) -> false).close();
            return Optional.empty();
        } catch (IOException unusable) {
            return Optional.of(unusable.getMessage());
        }
    }

    @Override
    public EarlyArrivals earlyArrivals(int natTraversalPort) {
        return LinuxEarlyArrivals.open(natTraversalPort);
    }

    @Override
    public SendingCpus sendingCpus() {
        return new SendingCpusWhenNeeded(LinuxSendingCpus::open);
    }

    @Override
    public AutoCloseable watchLinks(Executor executor, Consumer<LinkChange> listener) throws IOException {
        try {
            return LinkWatch.open(executor, listener);
        } catch (LinuxException refused) {
            throw new IOException(refused.getMessage(), refused);
        }
    }

    @Override
    public AutoCloseable watchCards(Executor executor, Consumer<CardChange> listener) {
        return CardWatch.open(executor, listener);
    }

    @Override
    public KernelReader reader() throws IOException {
        return LinuxReader.open();
    }

    @Override
    public CpuTopology topology() {
        return LinuxCpus.read(Path.of("/"));
    }

    @Override
    public CpuSet queueCpus(String device) {
        return LinuxQueues.cpus(Path.of("/"), device);
    }

    @Override
    public Duration acquireExpires() {
        try {
            return AcquireExpiry.get();
        } catch (IOException unreadable) {
            return SoftwareSettings.ACQUIRE_EXPIRES;
        }
    }

    @Override
    public boolean isLinux() {
        return true;
    }

    /** There is nothing beside the kernel. */
    @Override
    public void close() {
    }
}
