package dev.keylane.daemon.net;

import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.wire.Octets;

/**
 * How sockets are made.
 *
 * @param port      IKE, without non-ESP marker
 * @param natPort   IKE and ESP in UDP, with it
 * @param kernelEsp whether the kernel does ESP: then its sockets are exempt from policies and hand ESP to it
 */
public record SocketPlan(int port, int natPort, boolean kernelEsp) {
    boolean hasMarker(IpEndpoint local) {
        return local.port() == natPort;
    }

    /** RFC 7296 §2.23, RFC 3948 §2.2: four zero octets where an ESP packet has its SPI. */
    static final Octets MARKER = Octets.of(0, 0, 0, 0);
}
