package dev.keylane.steering;

/** A way of steering, before it has a device. */
public interface SteeringStrategy {
    Strategy kind();

    /** Whether it would do for a device, and why (not). Changes nothing. */
    Fitness examine(String device);

    /** Begins to steer, or takes over what an earlier attachment left. */
    Outcome<Steering> attach(String device);

    /** Whether something of an earlier attachment steers on a device still. */
    default boolean hasLeft(String device) {
        return false;
    }

    /**
     * @param reason a sentence for the operator, in either case
     */
    record Fitness(boolean fits, String reason) {
        public static Fitness fits(String reason) {
            return new Fitness(true, reason);
        }

        public static Fitness unfit(String reason) {
            return new Fitness(false, reason);
        }
    }
}
