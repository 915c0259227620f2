package dev.keylane.steering.program;

import static dev.keylane.steering.program.Octet.filler;
import static dev.keylane.steering.program.Octet.join;
import static dev.keylane.steering.program.Octet.s;
import static dev.keylane.steering.program.Octet.u32;

import dev.keylane.ike.net.IpAddress;
import java.util.List;

/** Headers for frames, each around what comes behind it. */
final class Layer {
    static final IpAddress V4_HERE = IpAddress.of("192.0.2.1");
    static final IpAddress V4_PEER = IpAddress.of("198.51.100.2");
    static final IpAddress V6_HERE = IpAddress.of("2001:db8::1");
    static final IpAddress V6_PEER = IpAddress.of("2001:db8:ffff::2");

    private Layer() {
    }

    /** A frame with a tag for each ethertype before the last one. */
    static byte[] ethernet(List<Integer> ethertypes, byte[] payload) {
        byte[] frame = join(s(2, 0, 0, 0, 0, 1), s(2, 0, 0, 0, 0, 2));
        for (int i = 0; i < ethertypes.size(); i++) {
            int type = ethertypes.get(i);
            frame = join(frame, i == 0 ? s(type >> 8, type) : s(0x20, 100 + i, type >> 8, type));
        }
        return join(frame, payload);
    }

    /**
     * @param fragment flags and offset
     * @param options  a multiple of 4 octets
     */
    static byte[] ipv4(int protocol, int fragment, int options, byte[] payload) {
        int header = 20 + options;
        int total = header + payload.length;
        return join(s(0x40 | header / 4, 0, total >> 8, total, 0x12, 0x34, fragment >> 8, fragment, 64, protocol, 0, 0),
                V4_PEER.octets().toByteArray(), V4_HERE.octets().toByteArray(), filler(options), payload);
    }

    static byte[] ipv6(int next, byte[] payload) {
        return join(s(0x60, 0, 0, 0, payload.length >> 8, payload.length, next, 64),
                V6_PEER.octets().toByteArray(), V6_HERE.octets().toByteArray(), payload);
    }

    /**
     * @param units of 8 octets beyond the first
     */
    static byte[] extension(int next, int units, byte[] payload) {
        return join(s(next, units), filler(6 + 8 * units), payload);
    }

    static byte[] fragmentHeader(int next, int offsetAndFlag, byte[] payload) {
        return join(s(next, 0, offsetAndFlag >> 8, offsetAndFlag, 1, 2, 3, 4), payload);
    }

    static byte[] udp(int source, int destination, byte[] payload) {
        int length = 8 + payload.length;
        return join(s(source >> 8, source, destination >> 8, destination, length >> 8, length, 0, 0), payload);
    }

    static byte[] tcp(int source, int destination) {
        return join(s(source >> 8, source, destination >> 8, destination), u32(1), u32(2), s(0x50, 0x10, 1, 0, 0, 0, 0, 0));
    }

    static byte[] esp(int spi) {
        return join(u32(spi), u32(1), filler(12));
    }

    static final int IPV4 = 0x0800;
    static final int IPV6 = 0x86dd;
    static final int ARP = 0x0806;
    static final int Q = 0x8100;
    static final int AD = 0x88a8;
}
