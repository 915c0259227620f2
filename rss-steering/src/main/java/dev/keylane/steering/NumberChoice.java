package dev.keylane.steering;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import java.util.function.IntSupplier;

/**
 * Chooses numbers that stand in packets to us, so that the device itself puts the packets on a CPU. Every number that fits
 * is as likely as every other. What the device does may change; what has been chosen before then goes elsewhere, until its
 * SA is rekeyed with a number chosen anew.
 */
public interface NumberChoice {
    /**
     * The SPI of an inbound SA that is not encapsulated, 256 or more as an unsigned number.
     *
     * @param random 32 random bits each time it is asked
     */
    Outcome<Integer> spi(IpAddress peer, IpAddress local, int cpu, IntSupplier random);

    /**
     * The same for an SA that the device decrypts by itself, which knows queues and no CPUs: as long as there are more of
     * them than SAs, each SA has one to itself.
     *
     * @param lane from 0
     */
    Outcome<Integer> laneSpi(IpAddress peer, IpAddress local, int lane, IntSupplier random);

    /**
     * The UDP port that a peer sends ESP-in-UDP from, 49152 or more. The peer has to be told: it puts it into packets.
     *
     * @param random 32 random bits each time it is asked
     */
    Outcome<Integer> sourcePort(IpAddress peer, IpEndpoint local, int cpu, IntSupplier random);
}
