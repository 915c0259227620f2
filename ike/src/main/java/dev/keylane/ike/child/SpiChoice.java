package dev.keylane.ike.child;

import dev.keylane.ike.policy.ChildConfig;
import java.util.function.IntSupplier;

/**
 * Chooses inbound SPIs, and ports for peers to send from. A device that spreads ESP by a hash over the SPI lets the number decide on which CPU packets arrive.
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
     * The UDP port that the peer should send from, where the device's hash looks at ports.
     *
     * @param use   encapsulated
     * @param draws 16 random bits each time; the first may be a port that is liked better than others
     * @return 49152 or more, or {@link UdpSources#ANY}
     */
    default int sourcePort(Use use, IntSupplier draws) {
        return UdpSources.ANY;
    }

    /**
     * What an SPI is for.
     *
     * @param resource whom its packets are for
     */
    record Use(ChildConfig config, Path path, Resource resource, boolean udpEncap) {
    }
}
