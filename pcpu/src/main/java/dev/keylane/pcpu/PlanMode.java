package dev.keylane.pcpu;

/** When a {@link PerCpuPlan} asks for the SAs of single CPUs. */
public enum PlanMode {
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
