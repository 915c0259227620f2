package dev.keylane.ike.policy;

/** When the SAs of single CPUs are asked for, RFC 9611 §4. */
public enum PerCpuMode {
    /** For each CPU when it sends. */
    DEMAND,
    /** For all of them as soon as the fallback SA stands; again, after one was deleted, only when its CPU sends. */
    EAGER,
    /**
     * When the first CPU sends, for all that do; where that cannot be observed, for all there are then. Again, after
     * one was deleted, only when its CPU sends.
     */
    HYBRID
}
