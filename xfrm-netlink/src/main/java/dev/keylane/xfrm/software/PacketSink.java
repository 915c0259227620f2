package dev.keylane.xfrm.software;

import dev.keylane.xfrm.software.packet.IpPacket;

/** Where opened packets go: the local host. */
@FunctionalInterface
public interface PacketSink {
    /**
     * Takes one IP packet that has passed replay, integrity and policy checks. Called by every thread that receives,
     * at the same time; the packet's array is the sink's from then on.
     */
    void deliver(IpPacket packet);
}
