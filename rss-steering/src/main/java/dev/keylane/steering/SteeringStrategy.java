package dev.keylane.steering;

import java.util.Set;

/** A way of steering, before it has a device. */
public interface SteeringStrategy {
    Strategy kind();

    /** Whether it would do for a device, and why (not). Changes nothing. */
    Fitness examine(String device);

    /** Begins to steer, or takes over what an earlier attachment left. */
    Outcome<Steering> attach(String device);

    /** The devices, or names of such, where something of an earlier attachment is still. */
    default Set<String> left() {
        return Set.of();
    }

    /**
     * @param inPart whether it does for ESP in UDP alone
     * @param reason a sentence for the operator, in any case
     */
    record Fitness(boolean fits, boolean inPart, String reason) {
        public static Fitness fits(String reason) {
            return new Fitness(true, false, reason);
        }

        public static Fitness fitsInPart(String reason) {
            return new Fitness(true, true, reason);
        }

        public static Fitness unfit(String reason) {
            return new Fitness(false, false, reason);
        }
    }
}
