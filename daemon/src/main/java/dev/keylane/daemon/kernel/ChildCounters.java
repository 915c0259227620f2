package dev.keylane.daemon.kernel;

import dev.keylane.daemon.offload.Grant;
import dev.keylane.xfrm.SaInfo;
import org.jspecify.annotations.Nullable;

/**
 * A Child SA as the kernel holds it.
 *
 * @param lanes how many its configuration has, 1 when it is not divided
 * @param in    null when the kernel has it no more
 * @param out   null when the kernel has it no more
 * @param grant what was asked of a device, and got
 */
public record ChildCounters(int reqid, int lanes, @Nullable SaInfo in, @Nullable SaInfo out, Grant grant) {
}
