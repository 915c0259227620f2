package dev.keylane.steering;

import java.util.Map;
import java.util.Optional;

/**
 * One device whose received ESP is steered by one strategy. An entry is made before the peer can send on its SPI and removed after its SA
 * is gone, so in a rekey old and new stand side by side. Not for use by several threads at once.
 */
public interface Steering extends AutoCloseable {
    /** From now on packets of this SA are to be decrypted on {@code cpu}; an entry that is there changes its CPU. */
    Optional<Rejection> steer(SteeredSa sa, int cpu);

    /** Its packets stay where they arrive from now on; an SA without an entry is no mistake. */
    Optional<Rejection> unsteer(SteeredSa sa);

    SteeringStatus status();

    /** How many entries there can be, or {@link SteeringStatus#NO_LIMIT}; takes no time. */
    default int capacity() {
        return SteeringStatus.NO_LIMIT;
    }

    /** The packets by what became of them; takes no time either. */
    default Map<Verdict, Long> verdicts() {
        return Map.of();
    }

    /** How to choose the numbers of SAs that are yet to be made; empty when this strategy takes any. */
    default Optional<NumberChoice> numbers() {
        return Optional.empty();
    }

    /** Gives the device up: nothing that was made for it remains. */
    void detach();

    /** Lets go without a change: what is in force stays so, and a later attachment to the device takes it over. */
    @Override
    void close();
}
