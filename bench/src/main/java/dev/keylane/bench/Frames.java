package dev.keylane.bench;

import dev.keylane.ike.net.IpAddress;
import java.nio.ByteBuffer;

/** Ethernet frames of 128 octets to us, as a device receives them. */
final class Frames {
    static final IpAddress HERE = IpAddress.of("192.0.2.1");
    static final IpAddress THERE = IpAddress.of("198.51.100.2");
    static final IpAddress HERE6 = IpAddress.of("2001:db8::1");
    static final IpAddress THERE6 = IpAddress.of("2001:db8:ffff::2");

    private static final int SIZE = 128;
    private static final int ESP = 50;
    private static final int UDP = 17;
    private static final int TCP = 6;

    private Frames() {
    }

    static byte[] esp(int spi) {
        return ipv4(ESP).putInt(spi).array();
    }

    static byte[] espInUdp(int spi) {
        ByteBuffer frame = ipv4(UDP);
        int length = frame.remaining();
        return frame.putShort((short) 50_000).putShort((short) 4500).putShort((short) length).putShort((short) 0)
                .putInt(spi).array();
    }

    static byte[] tcp() {
        return ipv4(TCP).array();
    }

    /** Behind a VLAN tag and two extension headers. */
    static byte[] deepEsp(int spi) {
        ByteBuffer frame = ethernet().putShort((short) 0x8100).putShort((short) 7).putShort((short) 0x86dd);
        frame.putInt(0x60000000).putShort((short) (frame.remaining() - 36)).put((byte) 0).put((byte) 64);
        frame.put(THERE6.octets().toByteArray()).put(HERE6.octets().toByteArray());
        frame.put((byte) 60).put(new byte[7]).put((byte) ESP).put(new byte[7]);
        return frame.putInt(spi).array();
    }

    private static ByteBuffer ipv4(int protocol) {
        ByteBuffer frame = ethernet().putShort((short) 0x0800);
        frame.putShort((short) 0x4500).putShort((short) frame.remaining()).putInt(0x00014000);
        frame.put((byte) 64).put((byte) protocol).putShort((short) 0);
        return frame.put(THERE.octets().toByteArray()).put(HERE.octets().toByteArray());
    }

    private static ByteBuffer ethernet() {
        return ByteBuffer.allocate(SIZE).put(new byte[] {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2});
    }
}
