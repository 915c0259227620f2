package dev.keylane.netfilter;

import dev.keylane.netlink.Native;
import java.lang.foreign.MemorySegment;

/** The SPI of an IP packet that holds ESP, in UDP or not. */
final class EspPacket {
    private EspPacket() {
    }

    /** 0, which is no SPI, when there is none in what we have of the packet. */
    static int spi(MemorySegment packet) {
        if (packet.byteSize() < 1) {
            return 0;
        }
        return switch (u8(packet, 0) >> 4) {
            case 4 -> v4(packet);
            case 6 -> v6(packet);
            default -> 0;
        };
    }

    private static int v4(MemorySegment packet) {
        return packet.byteSize() < V4_SIZE ? 0 : transport(packet, u8(packet, V4_PROTOCOL), (u8(packet, 0) & 0xf) * 4L);
    }

    /** RFC 8200 §4.1: what may stand between the header and ESP, each with its length in units of 8 octets. */
    private static int v6(MemorySegment packet) {
        if (packet.byteSize() < V6_SIZE) {
            return 0;
        }
        int next = u8(packet, V6_NEXT);
        long at = V6_SIZE;
        while ((next == HOP_BY_HOP || next == ROUTING || next == DESTINATION_OPTIONS) && at + 2 <= packet.byteSize()) {
            next = u8(packet, at);
            at += (u8(packet, at + 1) + 1) * 8L;
        }
        return transport(packet, next, at);
    }

    private static int transport(MemorySegment packet, int protocol, long at) {
        return switch (protocol) {
            case ESP -> u32(packet, at);
            case UDP -> u32(packet, at + UDP_SIZE);
            default -> 0;
        };
    }

    private static int u32(MemorySegment packet, long at) {
        return at + 4 > packet.byteSize() ? 0 : packet.get(Native.BE32, at);
    }

    /** For offsets that are known to lie inside. */
    private static int u8(MemorySegment packet, long at) {
        return at < packet.byteSize() ? Byte.toUnsignedInt(packet.get(Native.U8, at)) : 0;
    }

    private static final int V4_SIZE = 20;
    private static final int V4_PROTOCOL = 9;
    private static final int V6_SIZE = 40;
    private static final int V6_NEXT = 6;
    private static final int UDP_SIZE = 8;
    private static final int HOP_BY_HOP = 0;
    private static final int UDP = 17;
    private static final int ROUTING = 43;
    private static final int ESP = 50;
    private static final int DESTINATION_OPTIONS = 60;
}
