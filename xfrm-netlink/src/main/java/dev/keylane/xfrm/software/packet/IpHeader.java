package dev.keylane.xfrm.software.packet;

import dev.keylane.ike.net.IpAddress;

/** Writes plain IP headers: no options, no fragments, hop limit 64. */
public final class IpHeader {
    private IpHeader() {
    }

    public static int size(boolean v4) {
        return v4 ? IpPacket.V4_HEADER : IpPacket.V6_HEADER;
    }

    /** Writes the header of a packet with {@code payload} octets behind it to {@code at}. */
    public static void write(byte[] data, int at, IpAddress source, IpAddress destination, int protocol, int payload) {
        if (source.isV4()) {
            writeV4(data, at, source, destination, protocol, payload);
        } else {
            writeV6(data, at, source, destination, protocol, payload);
        }
    }

    private static void writeV4(byte[] data, int at, IpAddress source, IpAddress destination, int protocol,
                                int payload) {
        data[at] = 0x45;
        data[at + 1] = 0;
        Checksum.put(data, at + 2, IpPacket.V4_HEADER + payload);
        Checksum.put(data, at + 4, 0);
        Checksum.put(data, at + 6, DONT_FRAGMENT);
        data[at + 8] = HOP_LIMIT;
        data[at + 9] = (byte) protocol;
        source.octets().copyTo(data, at + 12);
        destination.octets().copyTo(data, at + 16);
        Checksum.completeV4Header(data, at, IpPacket.V4_HEADER);
    }

    private static void writeV6(byte[] data, int at, IpAddress source, IpAddress destination, int protocol,
                                int payload) {
        data[at] = 0x60;
        data[at + 1] = 0;
        Checksum.put(data, at + 2, 0);
        Checksum.put(data, at + 4, payload);
        data[at + 6] = (byte) protocol;
        data[at + 7] = HOP_LIMIT;
        source.octets().copyTo(data, at + 8);
        destination.octets().copyTo(data, at + 24);
    }

    private static final int DONT_FRAGMENT = 0x4000;
    private static final byte HOP_LIMIT = 64;
}
