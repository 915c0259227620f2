package dev.keylane.xfrm.software.packet;

import org.jspecify.annotations.Nullable;

/**
 * Where a packet's upper layer starts.
 *
 * @param offset        from the packet's first octet
 * @param fragment      whether this is a part of a packet
 * @param laterFragment whether it is a part without the upper layer's header
 */
record UpperLayer(int protocol, int offset, boolean fragment, boolean laterFragment) {
    /** Walks IPv6 extension headers, RFC 8200 §4; null when one of them does not fit into {@code total} octets. */
    static @Nullable UpperLayer behindExtensions(byte[] data, int from, int total, int first) {
        int header = first;
        int at = IpPacket.V6_HEADER;
        boolean fragment = false;
        while (isExtension(header)) {
            if (at + SMALLEST > total) {
                return null;
            }
            int next = data[from + at] & 0xff;
            if (header == FRAGMENT) {
                fragment = true;
                if ((IpPacket.u16(data, from + at + 2) & OFFSET_MASK) != 0) {
                    return new UpperLayer(next, at + SMALLEST, true, true);
                }
                at += SMALLEST;
            } else {
                // RFC 8200 §4.3: length in 8-octet units, not including the first 8 octets.
                at += SMALLEST + 8 * (data[from + at + 1] & 0xff);
            }
            header = next;
        }
        return at > total ? null : new UpperLayer(header, at, fragment, false);
    }

    private static boolean isExtension(int header) {
        return header == HOP_BY_HOP || header == ROUTING || header == FRAGMENT || header == DESTINATION_OPTIONS;
    }

    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int DESTINATION_OPTIONS = 60;
    private static final int SMALLEST = 8;
    private static final int OFFSET_MASK = 0xfff8;
}
