package dev.keylane.daemon.offload;

import dev.keylane.daemon.offload.OffloadCounts.Kind;
import dev.keylane.daemon.offload.OffloadCounts.Refused;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log what offload was granted and what not, and counts refusals. */
public final class OffloadReport {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final Map<String, Abilities> devices = new HashMap<>();
    private final Map<Refused, Long> refused = new HashMap<>();
    private final Map<String, Long> doubted = new HashMap<>();
    private final Map<KeyLoss, Long> lost = new HashMap<>();

    /** What a device was found to be able to do. */
    public void probed(Abilities abilities) {
        LOG.info("{}", abilities);
        devices.put(abilities.device(), abilities);
    }

    /**
     * One line for each Child SA that asked; a child that got less than it wanted is a warning.
     *
     * @param known for what it was not asked again, and has been counted
     */
    public void granted(String child, long id, Grant grant, Collection<Refusal> known) {
        if (grant.asked() == HwOffload.NO) {
            return;
        }
        grant.refusals().stream().filter(refusal -> known.stream().noneMatch(one -> one.words().equals(refusal.words())))
                .forEach(this::count);
        if (grant.isFull()) {
            LOG.info("{}{{}}: {}", child, id, grant);
        } else {
            LOG.warn("{}{{}}: {}", child, id, grant);
        }
    }

    /** A child whose second half has got less than the first. */
    public void lowered(String child, long id, Grant before, Grant now) {
        now.refusals().stream().skip(before.refusals().size()).forEach(this::count);
        LOG.warn("{}{{}}: {}", child, id, now);
    }

    /** A child that was not installed at all, or not all of it. Its failure is logged by whoever wanted it. */
    public void failed(Collection<Refusal> refusals) {
        refusals.forEach(this::count);
    }

    /** The device says it encrypts and does not. */
    public void doubt(String device) {
        doubted.merge(device, 1L, Long::sum);
    }

    /** A Child SA has lost its keys. */
    public void lost(KeyLoss loss) {
        lost.merge(loss, 1L, Long::sum);
    }

    private void count(Refusal refusal) {
        refused.merge(new Refused(refusal.device(), refusal.reason()), 1L, Long::sum);
    }

    /**
     * @param standing of the children that are installed
     */
    public OffloadCounts counts(Collection<Grant> standing) {
        Map<Kind, Long> sas = new HashMap<>();
        for (Grant grant : standing) {
            if (grant.asked() != HwOffload.NO) {
                sas.merge(new Kind(grant.asked(), grant.granted(), grant.device()), 1L, Long::sum);
            }
        }
        Set<String> inUse = standing.stream().filter(grant -> grant.granted() != Rung.SOFTWARE).map(Grant::device)
                .collect(Collectors.toSet());
        return new OffloadCounts(sas, refused, inUse, doubted, lost, devices.values());
    }
}
