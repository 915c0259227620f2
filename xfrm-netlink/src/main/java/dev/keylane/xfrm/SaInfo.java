package dev.keylane.xfrm;

import dev.keylane.ike.net.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A state as read back.
 *
 * @param direction null when the kernel keeps none
 * @param esn       whether it counts in 64 bits
 * @param offload   device and kind as granted, null for software
 * @param lastUsed  Unix seconds, 0 for never
 * @param larval    an acquire without an SA yet
 */
public record SaInfo(SaId id, IpAddress source, SaSpec.@Nullable Direction direction, SaSpec.Mode mode, int reqid,
                     int cpu, boolean esn, Counters counters, long lastUsed, SaSpec.@Nullable Offload offload,
                     SaSpec.@Nullable Encap encap, boolean larval) {
    /**
     * @param replayed       packets refused as replays
     * @param unauthentic    packets with a wrong checksum
     */
    public record Counters(long packets, long bytes, long replayed, long unauthentic) {
    }
}
