package dev.keylane.ike.child;

import dev.keylane.ike.policy.ChildConfig;
import java.util.function.IntSupplier;

/**
 * Chooses inbound SPIs. A device that spreads ESP by a hash over the SPI lets the number decide on which CPU packets arrive.
 * Its only source of chance is what it is given.
 */
@FunctionalInterface
public interface SpiChoice {
    /** One is as good as another. */
    SpiChoice ANY = (_, draws) -> draws.getAsInt();

    /**
     * @param draws a random number each time, of the range that SPIs are from
     * @return one of those drawn
     */
    int choose(Use use, IntSupplier draws);

    /**
     * What an SPI is for.
     *
     * @param resource whom its packets are for
     */
    record Use(ChildConfig config, Path path, Resource resource, boolean udpEncap) {
    }
}
