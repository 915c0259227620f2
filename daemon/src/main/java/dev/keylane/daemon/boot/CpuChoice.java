package dev.keylane.daemon.boot;

import dev.keylane.daemon.kernel.HostNetwork;
import dev.keylane.daemon.kernel.PlanCpus;
import dev.keylane.ike.child.ResourceAssignment;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.PerCpuOptions;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.pcpu.CpuTopology;
import dev.keylane.pcpu.FewestResource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which CPUs the SAs of each child are for, those we ask for and those the peer does. On the shard's thread. */
final class CpuChoice implements PlanCpus, ResourceAssignment {
    private final KernelPlace place;
    private final HostNetwork network;
    private final Map<String, CpuSet> queues = new HashMap<>();
    private CpuTopology topology;
    private BiFunction<ChildConfig, IpAddress, CpuSet> lanes = (_, _) -> CpuSet.EMPTY;
    private int looks;

    CpuChoice(KernelPlace place, HostNetwork network) {
        this.place = place;
        this.network = network;
        this.topology = place.topology();
    }

    /** @param standing lanes of a child at a peer that take the place of CPUs, none when it has none */
    void divide(BiFunction<ChildConfig, IpAddress, CpuSet> standing) {
        lanes = standing;
    }

    /** Tells which CPUs of the configuration are not there now. */
    void use(PolicyBook book) {
        book.connections().forEach(connection -> connection.children().forEach(child -> {
            if (child.perCpuOptions().cpus() instanceof PerCpuOptions.Cpus.Listed listed) {
                CpuSet offline = CpuTopology.listed(listed).without(topology.online());
                if (!offline.isEmpty()) {
                    LOG.info("{}.{}: per_cpu_cpus: CPUs {} are offline, they are taken when they come online",
                            connection.name(), child.name(), offline);
                }
            }
        }));
    }

    /** Answers whether anything has changed. */
    boolean look() {
        CpuTopology now = place.topology();
        boolean changed = !now.equals(topology);
        if (!now.online().equals(topology.online())) {
            LOG.info("CPUs {} are online, {} before", now.online(), topology.online());
        }
        topology = now;
        return ++looks % LOOKS_A_QUEUE == 0 && queuesChanged() || changed;
    }

    private boolean queuesChanged() {
        boolean changed = false;
        for (Map.Entry<String, CpuSet> known : queues.entrySet()) {
            CpuSet fresh = place.queueCpus(known.getKey());
            changed |= !fresh.equals(known.setValue(fresh));
        }
        return changed;
    }

    @Override
    public CpuSet of(ChildConfig child, IpAddress local) {
        return topology.choose(child.perCpuOptions(), queues(child, local));
    }

    private CpuSet queues(ChildConfig child, IpAddress local) {
        return child.perCpuOptions().cpus() instanceof PerCpuOptions.Cpus.Queues
                ? network.deviceOf(local).map(device -> queues.computeIfAbsent(device, this::firstLook))
                        .orElse(CpuSet.EMPTY)
                : CpuSet.EMPTY;
    }

    private CpuSet firstLook(String device) {
        CpuSet cpus = place.queueCpus(device);
        if (cpus.isEmpty()) {
            LOG.warn("per_cpu_cpus = queues: no CPUs are known to serve queues of {}, taking all", device);
        } else {
            LOG.info("per_cpu_cpus = queues: CPUs {} serve the queues of {}", cpus, device);
        }
        return cpus;
    }

    @Override
    public Answer assign(Demand demand) {
        CpuSet divided = lanes.apply(demand.config(), demand.remote());
        CpuSet resources = divided.isEmpty() ? of(demand.config(), demand.local()) : divided;
        return FewestResource.of(resources, demand.config().perCpuOptions()).assign(demand);
    }

    private static final Logger LOG = LoggerFactory.getLogger("DMN");
    /** Reading the interrupts of a large machine takes its time. */
    private static final int LOOKS_A_QUEUE = 5;
}
