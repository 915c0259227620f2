package dev.keylane.daemon.traffic;

import dev.keylane.daemon.offload.Grant;

/**
 * Where a Child SA is.
 *
 * @param isLane whether its resource is a lane, not a CPU
 * @param grant  what was asked of a device, and got
 */
public record Placement(boolean isLane, Grant grant) {
}
