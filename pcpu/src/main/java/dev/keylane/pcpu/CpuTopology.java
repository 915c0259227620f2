package dev.keylane.pcpu;

import dev.keylane.ike.policy.PerCpuMode;
import dev.keylane.ike.policy.PerCpuOptions;

/**
 * The CPUs of a machine at one moment. Who may send decides, not where the daemon itself may run.
 *
 * @param online   those that run
 * @param allowed  those that processes here may be given; a container's are fewer
 * @param isolated those that the scheduler leaves alone, so that only what is bound to one runs there
 */
public record CpuTopology(CpuSet online, CpuSet allowed, CpuSet isolated) {
    /** With nothing special about any CPU. */
    public static CpuTopology of(CpuSet online) {
        return new CpuTopology(online, online, CpuSet.EMPTY);
    }

    /**
     * The CPUs that may have SAs of their own. Listed ones are taken at the operator's word, if they run. Without being
     * asked, nothing is set up for isolated CPUs, which most likely never send.
     *
     * @param queues CPUs that serve the queues of the device with our address, empty when that is not known
     */
    public CpuSet choose(PerCpuOptions options, CpuSet queues) {
        return switch (options.cpus()) {
            case PerCpuOptions.Cpus.Auto _ -> usable(options.mode());
            case PerCpuOptions.Cpus.Queues _ -> queues.and(online).isEmpty() ? usable(options.mode())
                    : queues.and(online);
            case PerCpuOptions.Cpus.Listed listed -> listed(listed).and(online);
        };
    }

    public static CpuSet listed(PerCpuOptions.Cpus.Listed listed) {
        return CpuSet.of(listed.numbers().stream().mapToInt(Integer::intValue).toArray());
    }

    private CpuSet usable(PerCpuMode mode) {
        CpuSet usable = online.and(allowed);
        return mode == PerCpuMode.EAGER && !usable.without(isolated).isEmpty() ? usable.without(isolated) : usable;
    }
}
