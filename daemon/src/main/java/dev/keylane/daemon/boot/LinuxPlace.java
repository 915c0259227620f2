package dev.keylane.daemon.boot;

import dev.keylane.daemon.kernel.EarlyArrivals;
import dev.keylane.linux.Cpus;
import dev.keylane.linux.LinuxException;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.xfrm.XfrmKernel;
import dev.keylane.xfrm.kernel.AcquireExpiry;
import dev.keylane.xfrm.kernel.NetlinkXfrm;
import dev.keylane.xfrm.software.SoftwareSettings;
import dev.keylane.xfrm.software.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** The machine's own kernel. */
public final class LinuxPlace implements KernelPlace {
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
        return kernel;
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
    public CpuSet online() {
        return CpuSet.of(Cpus.online().stream().mapToInt(Integer::intValue).toArray());
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
