package dev.keylane.xfrm.software.packet;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.wire.Octets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A checked view of one whole IPv4 or IPv6 packet in a caller's array; octets behind its length are not part of it. */
public final class IpPacket {
    public static final int ICMP = 1;
    public static final int TCP = 6;
    public static final int UDP = 17;
    public static final int ICMPV6 = 58;

    private final byte[] data;
    private final int from;
    private final int length;
    private final int headerLength;
    private final int protocol;
    private final UpperLayer upper;

    private IpPacket(byte[] data, int from, int length, int headerLength, int protocol, UpperLayer upper) {
        this.data = data;
        this.from = from;
        this.length = length;
        this.headerLength = headerLength;
        this.protocol = protocol;
        this.upper = upper;
    }

    /** The packet at {@code from}; null when it is none or is longer than {@code available} octets. */
    public static @Nullable IpPacket parse(byte[] data, int from, int available) {
        if (available < V4_HEADER || from < 0 || from > data.length - available) {
            return null;
        }
        return switch (data[from] >> 4 & 0xf) {
            case 4 -> parseV4(data, from, available);
            case 6 -> parseV6(data, from, available);
            default -> null;
        };
    }

    private static @Nullable IpPacket parseV4(byte[] data, int from, int available) {
        int header = (data[from] & 0xf) * 4;
        int total = u16(data, from + 2);
        if (header < V4_HEADER || total < header || total > available) {
            return null;
        }
        int protocol = data[from + 9] & 0xff;
        int fragment = u16(data, from + 6) & 0x3fff;
        boolean later = (fragment & 0x1fff) != 0;
        return new IpPacket(data, from, total, header, protocol,
                new UpperLayer(protocol, header, fragment != 0, later));
    }

    private static @Nullable IpPacket parseV6(byte[] data, int from, int available) {
        int total = available < V6_HEADER ? -1 : V6_HEADER + u16(data, from + 4);
        if (total < 0 || total > available) {
            return null;
        }
        int next = data[from + 6] & 0xff;
        UpperLayer upper = UpperLayer.behindExtensions(data, from, total, next);
        return upper == null ? null : new IpPacket(data, from, total, V6_HEADER, next, upper);
    }

    public boolean isV4() {
        return data[from] >> 4 == 4;
    }

    public byte[] data() {
        return data;
    }

    public int from() {
        return from;
    }

    /** Octets, header included. */
    public int length() {
        return length;
    }

    /** Octets of the IPv4 header with options, or of the fixed IPv6 header. */
    public int headerLength() {
        return headerLength;
    }

    /** IPv4's protocol or the first next header of IPv6: what ESP's next header says in transport mode. */
    public int protocol() {
        return protocol;
    }

    public int upperProtocol() {
        return upper.protocol();
    }

    /** Where the upper layer's header starts, from the packet's first octet. */
    public int upperOffset() {
        return upper.offset();
    }

    public boolean isFragment() {
        return upper.fragment();
    }

    public IpAddress source() {
        return isV4() ? address(12, 4) : address(8, 16);
    }

    public IpAddress destination() {
        return isV4() ? address(16, 4) : address(24, 16);
    }

    public Flow flow() {
        int at = upper.offset();
        boolean readable = !upper.laterFragment() && at + 4 <= length;
        int source = 0;
        int destination = 0;
        if (readable && (upper.protocol() == ICMP || upper.protocol() == ICMPV6)) {
            source = data[from + at] & 0xff;
            destination = data[from + at + 1] & 0xff;
        } else if (readable && hasPorts(upper.protocol())) {
            source = u16(data, from + at);
            destination = u16(data, from + at + 2);
        }
        return new Flow(source(), destination(), upper.protocol(), source, destination);
    }

    /** A view of the same packet in an array of its own. */
    public IpPacket copy() {
        return new IpPacket(toByteArray(), 0, length, headerLength, protocol, upper);
    }

    public byte[] toByteArray() {
        return Arrays.copyOfRange(data, from, from + length);
    }

    private IpAddress address(int at, int size) {
        return new IpAddress(Octets.copyOf(data, from + at, from + at + size));
    }

    static int u16(byte[] data, int at) {
        return (data[at] & 0xff) << 8 | data[at + 1] & 0xff;
    }

    static boolean hasPorts(int protocol) {
        return switch (protocol) {
            case ICMP, TCP, UDP, 33, ICMPV6, 132, 136 -> true;
            default -> false;
        };
    }

    public static final int V4_HEADER = 20;
    public static final int V6_HEADER = 40;
}
