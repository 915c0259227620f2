package dev.keylane.ike.child;

import dev.keylane.ike.policy.ChildConfig;
import org.jspecify.annotations.Nullable;

/**
 * A Child SA somebody here wants.
 *
 * @param request    whom to answer, 0 for nobody
 * @param resource   NONE to let the configuration decide; a CPU for an additional SA (RFC 9611)
 * @param acquireSeq of the kernel's acquire, 0 for none
 * @param replaces   the SA it rekeys, null for one that is new
 * @param refusals   how often a busy peer has refused it
 */
public record ChildWish(long request, ChildConfig config, Resource resource, int acquireSeq,
                        @Nullable ChildSa replaces, int refusals) {
    public static ChildWish of(long request, ChildConfig config, Resource resource, int acquireSeq) {
        return new ChildWish(request, config, resource, acquireSeq, null, 0);
    }

    public static ChildWish rekeying(long request, ChildSa old) {
        return new ChildWish(request, old.config(), old.resource(), 0, old, 0);
    }

    public ChildWish refused() {
        return new ChildWish(request, config, resource, acquireSeq, replaces, refusals + 1);
    }

    public boolean isRekey() {
        return replaces != null;
    }

    /**
     * What to ask the peer for: the first SA of a per-resource child serves all resources, and a rekeyed one serves
     * what its predecessor served.
     */
    public Resource wanted() {
        boolean perCpu = config.perCpu() != ChildConfig.PerCpu.NO;
        return perCpu && !resource.isBound() && replaces == null ? Resource.FALLBACK : resource;
    }
}
