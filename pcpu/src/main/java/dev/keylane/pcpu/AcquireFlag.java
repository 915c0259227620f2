package dev.keylane.pcpu;

import dev.keylane.ike.child.Resource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The acquire flag of the outbound policies, and what forbids to set it. While an acquire of a CPU is pending, Linux drops
 * the packets of every CPU without an SA of its own instead of sending them over the fallback.
 */
final class AcquireFlag {
    private final Map<Integer, Instant> larvae = new TreeMap<>();
    private final List<Resource> halves = new ArrayList<>();
    private Instant blindUntil = Instant.MIN;
    private boolean set;

    boolean isSet() {
        return set;
    }

    /** Sets or clears it; answers whether that changed anything. */
    boolean become(boolean wanted, List<PlanAction> actions) {
        if (wanted == set) {
            return false;
        }
        set = wanted;
        actions.add(wanted ? new PlanAction.Arm() : new PlanAction.Disarm());
        return true;
    }

    void raised(int cpu, Instant expiry) {
        larvae.put(cpu, expiry);
    }

    void larvalExpired(int cpu) {
        larvae.remove(cpu);
    }

    /** A state for this CPU takes the place of the kernel's larval one. */
    void hatched(Resource resource) {
        if (resource.isBound()) {
            larvae.remove(resource.cpu());
        }
    }

    /** An SA that does not send yet would have an acquire raised for its CPU. */
    void half(Resource resource) {
        halves.add(resource);
    }

    void whole(Resource resource) {
        halves.remove(resource);
    }

    /** Acquires may have been missed. */
    void blindUntil(Instant time) {
        blindUntil = later(blindUntil, time);
    }

    boolean hasLarvae() {
        return !larvae.isEmpty();
    }

    boolean hasHalves() {
        return !halves.isEmpty();
    }

    /** Whether setting it now costs no packets. */
    boolean isSafe(Instant now) {
        larvae.values().removeIf(expiry -> !now.isBefore(expiry));
        return larvae.isEmpty() && halves.isEmpty() && !now.isBefore(blindUntil);
    }

    /** When the last of what time alone ends is over; {@link Instant#MIN} when there is nothing. */
    Instant safeAt() {
        return larvae.values().stream().reduce(blindUntil, AcquireFlag::later);
    }

    static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}
