package dev.keylane.daemon.kernel;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.pcpu.CpuSet;

/** Which CPUs may have SAs of their own. The answer changes with the machine: {@link KernelSide#onCpus}. */
@FunctionalInterface
public interface PlanCpus {
    /**
     * @param local our outer address
     */
    CpuSet of(ChildConfig child, IpAddress local);

    /** Always the same. */
    static PlanCpus all(CpuSet cpus) {
        return (_, _) -> cpus;
    }
}
