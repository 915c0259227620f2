package dev.keylane.daemon.traffic;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Resource;

/**
 * What Child SAs that replace one another have in common.
 *
 * @param resource the CPU, or the lane
 * @param isLane   whether it is a lane
 */
public record Series(String connection, String child, Resource resource, boolean isLane) {
    /** Whether the peer agreed to SAs per resource makes no difference here. */
    public static Series of(ChildSa child, boolean isLane) {
        Resource resource = child.resource().isBound() ? Resource.cpu(child.resource().cpu()) : Resource.NONE;
        return new Series(child.connection(), child.name(), resource, isLane);
    }

    /** A number, or {@code any}. */
    public String cpu() {
        return resource.isBound() && !isLane ? Integer.toString(resource.cpu()) : ANY;
    }

    /** A number, or nothing where SAs are for CPUs. */
    public String lane() {
        return isLane ? Integer.toString(resource.cpu()) : "";
    }

    public static final String ANY = "any";
}
