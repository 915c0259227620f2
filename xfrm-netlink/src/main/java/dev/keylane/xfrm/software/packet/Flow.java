package dev.keylane.xfrm.software.packet;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.wire.Octets;
import dev.keylane.xfrm.Selector;

/**
 * What a selector looks at.
 *
 * @param protocol        of the upper layer, behind IPv6 extension headers
 * @param sourcePort      of TCP, UDP, UDP-Lite, SCTP and DCCP; the type of ICMP; 0 otherwise and in later fragments
 * @param destinationPort likewise; the code of ICMP
 */
public record Flow(IpAddress source, IpAddress destination, int protocol, int sourcePort, int destinationPort) {
    public boolean matches(Selector selector) {
        return source.isV4() == selector.isV4()
                && (selector.protocol() == 0 || selector.protocol() == protocol)
                && selector.destinationPort().matches(destinationPort)
                && selector.sourcePort().matches(sourcePort)
                && samePrefix(destination, selector.destination(), selector.destinationPrefix())
                && samePrefix(source, selector.source(), selector.sourcePrefix());
    }

    /** The narrowest selector that still has this flow, as an acquire carries it. */
    public Selector selector() {
        boolean ports = IpPacket.hasPorts(protocol);
        return new Selector(source, source.bits(), destination, destination.bits(), protocol,
                ports ? Selector.Port.of(sourcePort) : Selector.Port.ANY,
                ports ? Selector.Port.of(destinationPort) : Selector.Port.ANY, 0);
    }

    private static boolean samePrefix(IpAddress address, IpAddress net, int prefix) {
        Octets a = address.octets();
        Octets b = net.octets();
        int whole = prefix >> 3;
        for (int i = 0; i < whole; i++) {
            if (a.get(i) != b.get(i)) {
                return false;
            }
        }
        int rest = prefix & 7;
        return rest == 0 || (a.get(whole) ^ b.get(whole)) >> 8 - rest == 0;
    }
}
