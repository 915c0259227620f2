package dev.keylane.xfrm.contract;

import dev.keylane.ike.net.IpAddress;

/**
 * Sends packets into the kernel's output path. Which state carried a packet is seen in the counters of the states.
 */
public interface TrafficProbe {
    /** UDP port the packets go to. */
    int PORT = 4000;

    IpAddress local();

    IpAddress remote();

    /**
     * Sends one UDP packet from {@link #local} to {@link #remote}, port {@link #PORT}, on that CPU. It is of no
     * interest whether it leaves the machine; the kernel has decided about it when the call returns.
     */
    void send(int cpu);
}
