package dev.keylane.daemon.control;

import dev.keylane.daemon.kernel.ChildCounters;
import dev.keylane.ike.sa.ChildSaView;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.SaSpec;
import org.jspecify.annotations.Nullable;

/**
 * A Child SA and its two states in the kernel.
 *
 * @param reqid    0 while none was given
 * @param inbound  null when the kernel does not have it (yet, or any more)
 * @param outbound null likewise
 */
public record ChildSnapshot(ChildSaView child, int reqid, @Nullable SaInfo inbound, @Nullable SaInfo outbound) {
    /**
     * @param kernel null when the kernel was never given this child
     */
    public static ChildSnapshot of(ChildSaView child, @Nullable ChildCounters kernel) {
        return kernel == null ? new ChildSnapshot(child, 0, null, null)
                : new ChildSnapshot(child, kernel.reqid(), kernel.in(), kernel.out());
    }

    /** What the device took over, null for nothing or when only one direction was granted. */
    public SaSpec.@Nullable Offload offload() {
        return inbound != null && outbound != null && inbound.offload() != null ? outbound.offload() : null;
    }
}
