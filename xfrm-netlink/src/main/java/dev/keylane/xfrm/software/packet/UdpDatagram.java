package dev.keylane.xfrm.software.packet;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.wire.Octets;
import org.jspecify.annotations.Nullable;

/** A UDP datagram with the IP packet around it, RFC 768. */
public record UdpDatagram(IpEndpoint source, IpEndpoint destination, Octets payload) {
    public UdpDatagram {
        if (!source.address().sameFamily(destination.address())) {
            throw new IllegalArgumentException("a datagram from " + source + " to " + destination);
        }
        if (payload.length() > MAX_PAYLOAD) {
            throw new IllegalArgumentException("a datagram of " + payload.length() + " octets");
        }
    }

    /** The IP packet with both checksums. */
    public byte[] toPacket() {
        IpAddress from = source.address();
        int header = IpHeader.size(from.isV4());
        int length = UDP_HEADER + payload.length();
        byte[] packet = new byte[header + length];
        IpHeader.write(packet, 0, from, destination.address(), IpPacket.UDP, length);
        Checksum.put(packet, header, source.port());
        Checksum.put(packet, header + 2, destination.port());
        Checksum.put(packet, header + 4, length);
        // Any value but zero, which would say that there is no checksum.
        Checksum.put(packet, header + 6, 1);
        payload.copyTo(packet, header + UDP_HEADER);
        IpPacket view = IpPacket.parse(packet, 0, packet.length);
        if (view != null) {
            Checksum.completeUpperLayer(view);
        }
        return packet;
    }

    /** The datagram in a packet; null when it holds none, a part of one, or one with a wrong checksum. */
    public static @Nullable UdpDatagram of(IpPacket packet) {
        int upper = packet.upperOffset();
        if (packet.upperProtocol() != IpPacket.UDP || packet.isFragment() || packet.length() - upper < UDP_HEADER) {
            return null;
        }
        byte[] data = packet.data();
        int at = packet.from() + upper;
        int length = IpPacket.u16(data, at + 4);
        boolean unchecked = packet.isV4() && IpPacket.u16(data, at + 6) == 0;
        if (length < UDP_HEADER || length > packet.length() - upper
                || !unchecked && Checksum.upperLayer(packet) != 0) {
            return null;
        }
        return new UdpDatagram(new IpEndpoint(packet.source(), IpPacket.u16(data, at)),
                new IpEndpoint(packet.destination(), IpPacket.u16(data, at + 2)),
                Octets.copyOf(data, at + UDP_HEADER, at + length));
    }

    public static final int UDP_HEADER = 8;
    private static final int MAX_PAYLOAD = 0xffff - IpPacket.V4_HEADER - UDP_HEADER;
}
