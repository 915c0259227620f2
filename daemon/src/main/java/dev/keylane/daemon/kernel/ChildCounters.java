package dev.keylane.daemon.kernel;

import dev.keylane.xfrm.SaInfo;
import org.jspecify.annotations.Nullable;

/**
 * A Child SA as the kernel holds it.
 *
 * @param in  null when the kernel has it no more
 * @param out null when the kernel has it no more
 */
public record ChildCounters(int reqid, @Nullable SaInfo in, @Nullable SaInfo out) {
}
