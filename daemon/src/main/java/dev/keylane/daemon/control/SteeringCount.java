package dev.keylane.daemon.control;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What steering does on a device, in numbers.
 *
 * @param strategy  which this is about
 * @param entries   SAs that it steers
 * @param capacity  how many it can steer; empty when there is no limit
 * @param unsteered per-CPU SAs of the device that nobody steers
 * @param packets   by what became of them; none where the device does it all
 */
public record SteeringCount(String device, String strategy, long entries, OptionalInt capacity, long unsteered,
                            Map<String, Long> packets) {
    public SteeringCount {
        packets = Map.copyOf(packets);
    }

    /** Packets of SAs with an entry. */
    public long hits() {
        return HITS.stream().mapToLong(verdict -> packets.getOrDefault(verdict, 0L)).sum();
    }

    /** ESP without an entry. */
    public long misses() {
        return packets.getOrDefault("no-entry", 0L);
    }

    private static final List<String> HITS = List.of("redirected", "already-here", "no-queue");
}
