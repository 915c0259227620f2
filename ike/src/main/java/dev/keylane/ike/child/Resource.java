package dev.keylane.ike.child;

/**
 * The local resource a Child SA serves, RFC 9611: one CPU, or all of them.
 *
 * @param perCpu whether the peer agreed to SAs per resource
 * @param cpu    the CPU, or {@link #UNBOUND}
 */
public record Resource(boolean perCpu, int cpu) {
    public static final int UNBOUND = -1;
    /** An ordinary SA. */
    public static final Resource NONE = new Resource(false, UNBOUND);
    /** The SA that serves every CPU without one of its own. */
    public static final Resource FALLBACK = new Resource(true, UNBOUND);

    public static Resource cpu(int cpu) {
        return new Resource(true, cpu);
    }

    public boolean isBound() {
        return cpu != UNBOUND;
    }
}
