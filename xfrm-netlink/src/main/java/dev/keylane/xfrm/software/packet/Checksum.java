package dev.keylane.xfrm.software.packet;

/** The Internet checksum, RFC 1071. */
public final class Checksum {
    private Checksum() {
    }

    /** Ones' complement sum of 16-bit words, not yet folded; an odd last octet is padded with zero. */
    static long sum(byte[] data, int from, int length) {
        long sum = 0;
        int even = length & ~1;
        for (int i = 0; i < even; i += 2) {
            sum += IpPacket.u16(data, from + i);
        }
        return (length & 1) == 0 ? sum : sum + ((data[from + length - 1] & 0xff) << 8);
    }

    static int fold(long sum) {
        long folded = sum;
        while (folded >> 16 != 0) {
            folded = (folded & 0xffff) + (folded >> 16);
        }
        return (int) ~folded & 0xffff;
    }

    /** Fills in the checksum of the IPv4 header of {@code length} octets at {@code from}. */
    public static void completeV4Header(byte[] data, int from, int length) {
        put(data, from + 10, 0);
        put(data, from + 10, fold(sum(data, from, length)));
    }

    /** Whether an IPv4 header's checksum is right. */
    public static boolean isV4HeaderRight(IpPacket packet) {
        return fold(sum(packet.data(), packet.from(), packet.headerLength())) == 0;
    }

    /** Fills in the checksum of TCP or UDP anew; other protocols, fragments and short packets are left alone. */
    public static void completeUpperLayer(IpPacket packet) {
        int at = switch (packet.upperProtocol()) {
            case IpPacket.TCP -> 16;
            case IpPacket.UDP -> 6;
            default -> -1;
        };
        int upper = packet.upperOffset();
        if (at < 0 || packet.isFragment() || upper + at + 2 > packet.length()) {
            return;
        }
        int field = packet.from() + upper + at;
        // RFC 768: an all zero transmitted checksum value means that the transmitter generated no checksum.
        if (packet.upperProtocol() == IpPacket.UDP && packet.isV4() && IpPacket.u16(packet.data(), field) == 0) {
            return;
        }
        put(packet.data(), field, 0);
        int checksum = upperLayer(packet);
        boolean udpZero = checksum == 0 && packet.upperProtocol() == IpPacket.UDP;
        put(packet.data(), field, udpZero ? 0xffff : checksum);
    }

    /** The checksum over pseudo header and upper layer (RFC 768, RFC 8200 §8.1); 0 when the one in place is right. */
    static int upperLayer(IpPacket packet) {
        int addresses = packet.isV4() ? 12 : 8;
        int length = packet.length() - packet.upperOffset();
        return fold(sum(packet.data(), packet.from() + addresses, packet.isV4() ? 8 : 32)
                + packet.upperProtocol() + (length >> 16) + (length & 0xffff)
                + sum(packet.data(), packet.from() + packet.upperOffset(), length));
    }

    static void put(byte[] data, int at, int value) {
        data[at] = (byte) (value >> 8);
        data[at + 1] = (byte) value;
    }
}
