package dev.keylane.daemon.kernel;

import dev.keylane.ike.sa.Event;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.XfrmKernel;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what is in the kernel with what should be. What is missing counts when it is missing a second time: an
 * expiry may be on its way to us.
 */
final class Audit {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final XfrmKernel kernel;
    private final ChildInstaller children;
    private final Flushed flushed;
    private final LostKeys lost;
    private Set<Long> suspects = Set.of();
    private Set<Owned> suspectPolicies = Set.of();

    Audit(XfrmKernel kernel, ChildInstaller children, LostKeys lost, Flushed flushed) {
        this.kernel = kernel;
        this.children = children;
        this.lost = lost;
        this.flushed = flushed;
    }

    /** Policies are put back, keys are negotiated anew. */
    List<Event> look(Instant now) {
        Set<Owned> present = kernel.dumpPolicies().stream().map(Owned::of).collect(Collectors.toSet());
        List<PolicySpec> policies = flushed.missingPolicies(present);
        List<PolicySpec> surely = policies.stream().filter(each -> suspectPolicies.contains(Owned.of(each))).toList();
        if (!surely.isEmpty()) {
            LOG.warn("{} policies of ours are not in the kernel any more, putting them back", surely.size());
            flushed.putBack(surely).forEach(LOG::warn);
        }
        suspectPolicies = policies.stream().map(Owned::of).collect(Collectors.toSet());
        List<Absence> missing = incomplete();
        List<Event> events = lost.missing(missing.stream().filter(absence -> suspects.contains(absence.id())).toList(), now);
        suspects = missing.stream().map(Absence::id).collect(Collectors.toSet());
        return events;
    }

    /** Children that lack an SA, and of which that was not known. */
    List<Absence> incomplete() {
        Set<Owned> present = kernel.dumpSas().stream().map(Owned::of).collect(Collectors.toSet());
        return flushed.missing(children.all().stream().filter(child -> !lost.has(child.child().id())).toList(), present);
    }
}
