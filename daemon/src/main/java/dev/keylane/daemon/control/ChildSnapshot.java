package dev.keylane.daemon.control;

import dev.keylane.daemon.kernel.ChildCounters;
import dev.keylane.daemon.offload.Grant;
import dev.keylane.ike.sa.ChildSaView;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.SaSpec;
import org.jspecify.annotations.Nullable;

/**
 * A Child SA and its two states in the kernel.
 *
 * @param reqid    0 while none was given
 * @param lanes    how many its configuration has, 1 when it is not divided
 * @param inbound  null when the kernel does not have it (yet, or any more)
 * @param outbound null likewise
 * @param grant    what was asked of a device when it was installed, and why it did not get it
 */
public record ChildSnapshot(ChildSaView child, int reqid, int lanes, @Nullable SaInfo inbound,
                            @Nullable SaInfo outbound, Grant grant) {
    /**
     * @param kernel null when the kernel was never given this child
     */
    public static ChildSnapshot of(ChildSaView child, @Nullable ChildCounters kernel) {
        return kernel == null ? new ChildSnapshot(child, 0, 1, null, null, Grant.NONE)
                : new ChildSnapshot(child, kernel.reqid(), kernel.lanes(), kernel.in(), kernel.out(),
                kernel.grant());
    }

    /** What the device took over, null for nothing or when only one direction was granted. */
    public SaSpec.@Nullable Offload offload() {
        return inbound != null && outbound != null && inbound.offload() != null ? outbound.offload() : null;
    }
}
