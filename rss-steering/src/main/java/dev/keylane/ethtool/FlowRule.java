package dev.keylane.ethtool;

import dev.keylane.ike.net.IpAddress;

/**
 * ESP to this address with this SPI goes into a queue.
 *
 * @param queue    the ring cookie: a queue, in its upper half perhaps a virtual function; negative to drop
 * @param location where it stands in the device's table
 */
public record FlowRule(IpAddress destination, int spi, long queue, int location) {
    /** The driver chooses; the table tells where it put it. */
    public static final int ANYWHERE = 0xffffffff;

    public FlowRule at(int other) {
        return new FlowRule(destination, spi, queue, other);
    }

    /** {@code 0x00001001 to 192.0.2.1 into queue 3}. */
    @Override
    public String toString() {
        return String.format("0x%08x to %s into queue %d", spi, destination, queue);
    }
}
