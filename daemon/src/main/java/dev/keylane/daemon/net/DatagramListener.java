package dev.keylane.daemon.net;

import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.wire.Octets;

/** Who hears of datagrams, on the event loop. */
public interface DatagramListener {
    /** Without non-ESP marker; {@link #onRead} follows soon. */
    void onIke(IpEndpoint local, IpEndpoint remote, Octets datagram);

    /** What lay ready at a socket has been read, or as much of it as is read at once. */
    void onRead();

    /** An ESP packet from the NAT-T port. Only where the kernel does not take them itself. */
    void onEsp(IpEndpoint local, IpEndpoint remote, byte[] esp);
}
