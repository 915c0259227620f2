package dev.keylane.daemon.control;

import org.jspecify.annotations.Nullable;

/**
 * How a terminate request ended.
 *
 * @param matches    SAs selected
 * @param terminated of these, SAs closed (or being closed, when nobody wanted to wait)
 * @param failure    null when all were closed
 */
public record TerminateOutcome(int matches, int terminated, @Nullable String failure) {
    public static final TerminateOutcome NO_SELECTOR = new TerminateOutcome(0, 0, "missing terminate selector");

    /** With charon's text for the counts. */
    public static TerminateOutcome of(int matches, int terminated) {
        if (matches == 0) {
            return new TerminateOutcome(0, 0, "no matching SAs to terminate found");
        }
        if (terminated == matches) {
            return new TerminateOutcome(matches, terminated, null);
        }
        return new TerminateOutcome(matches, terminated,
                matches == 1 ? "terminating SA failed" : "not all matching SAs could be terminated");
    }
}
