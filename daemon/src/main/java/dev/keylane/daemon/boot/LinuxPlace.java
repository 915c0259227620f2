package dev.keylane.daemon.boot;

import dev.keylane.daemon.config.SteeringSettings;
import dev.keylane.daemon.kernel.EarlyArrivals;
import dev.keylane.daemon.kernel.JdkHostNetwork;
import dev.keylane.daemon.steering.SaSteering;
import dev.keylane.daemon.steering.SteeredKernel;
import dev.keylane.linux.LinuxException;
import dev.keylane.pcpu.CpuTopology;
import dev.keylane.steering.SteeringStrategy;
import dev.keylane.xfrm.XfrmKernel;
import dev.keylane.xfrm.kernel.AcquireExpiry;
import dev.keylane.xfrm.kernel.NetlinkXfrm;
import dev.keylane.xfrm.software.SoftwareSettings;
import dev.keylane.xfrm.software.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The machine's own kernel. */
public final class LinuxPlace implements KernelPlace {
    private final List<SteeringStrategy> ways;
    private final SteeringSettings settings;

    /** Received packets stay where they arrive. */
    public LinuxPlace() {
        this(List.of(), SteeringSettings.DEFAULT);
    }

    /**
     * @param ways     to get received packets to their SA's CPU, the best first; none for leaving them
     * @param settings which to take where
     */
    public LinuxPlace(List<SteeringStrategy> ways, SteeringSettings settings) {
        this.ways = List.copyOf(ways);
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
                    + "): CONFIG_INET_ESP and CONFIG_INET6_ESP are needed, or --kernel software");
        }
        return ways.isEmpty() ? kernel
                : new SteeredKernel(kernel, new SaSteering(ways, settings, new JdkHostNetwork()));
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
    public CpuTopology topology() {
        return LinuxCpus.read(Path.of("/"));
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
