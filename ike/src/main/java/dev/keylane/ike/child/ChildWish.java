package dev.keylane.ike.child;

import dev.keylane.ike.policy.ChildConfig;

/**
 * A Child SA somebody here wants.
 *
 * @param request    whom to answer, 0 for nobody
 * @param resource   NONE to let the configuration decide; a CPU for an additional SA (RFC 9611)
 * @param acquireSeq of the kernel's acquire, 0 for none
 */
public record ChildWish(long request, ChildConfig config, Resource resource, int acquireSeq) {
    /** What to ask the peer for: the first SA of a per-resource child serves all resources. */
    public Resource wanted() {
        boolean perCpu = config.perCpu() != ChildConfig.PerCpu.NO;
        return perCpu && !resource.isBound() ? Resource.FALLBACK : resource;
    }
}
