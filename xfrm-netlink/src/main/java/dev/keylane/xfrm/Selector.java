package dev.keylane.xfrm;

import dev.keylane.ike.net.IpAddress;

/**
 * struct xfrm_selector: what a packet must look like.
 *
 * @param protocol 0 for any
 */
public record Selector(IpAddress source, int sourcePrefix, IpAddress destination, int destinationPrefix, int protocol,
                       Port sourcePort, Port destinationPort, int ifindex) {
    public Selector {
        if (!source.sameFamily(destination)) {
            throw new IllegalArgumentException("selector from " + source + " to " + destination);
        }
    }

    /** A port under a mask; mask 0 is any port. */
    public record Port(int value, int mask) {
        public static final Port ANY = new Port(0, 0);

        public static Port of(int port) {
            return new Port(port, 0xffff);
        }

        public boolean matches(int port) {
            return (port & mask) == (value & mask);
        }
    }

    public static Selector any(boolean v4) {
        IpAddress any = v4 ? IpAddress.ANY_V4 : IpAddress.ANY_V6;
        return new Selector(any, 0, any, 0, 0, Port.ANY, Port.ANY, 0);
    }

    public boolean isV4() {
        return source.isV4();
    }

    /** What the answers look like. */
    public Selector reversed() {
        return new Selector(destination, destinationPrefix, source, sourcePrefix, protocol, destinationPort, sourcePort,
                ifindex);
    }
}
