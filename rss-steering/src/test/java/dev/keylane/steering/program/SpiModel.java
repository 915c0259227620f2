package dev.keylane.steering.program;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.wire.Octets;
import dev.keylane.steering.Verdict;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is to become of a frame, read from the front as the RFCs lay it out.
 *
 * @param sas    the CPU for each destination and SPI
 * @param queues the CPUs that can be redirected to
 */
record SpiModel(Map<Sa, Integer> sas, Set<Integer> queues) {
    record Sa(IpAddress destination, int spi) {
    }

    /**
     * @param sa whose entry was found, null when none was
     */
    record Decision(Verdict verdict, @Nullable Sa sa) {
        static Decision pass(Verdict verdict) {
            return new Decision(verdict, null);
        }
    }

    Decision decide(byte[] octets, int here) {
        FrameReader frame = new FrameReader(octets);
        try {
            frame.skip(12);
            return network(frame, frame.u16(), 2, here);
        } catch (FrameReader.TooShort tooShort) {
            return Decision.pass(Verdict.TRUNCATED);
        }
    }

    private Decision network(FrameReader frame, int ethertype, int tagsAllowed, int here) {
        switch (ethertype) {
            case 0x8100, 0x88a8 -> {
                if (tagsAllowed == 0) {
                    return Decision.pass(Verdict.NOT_IP);
                }
                frame.skip(2);
                return network(frame, frame.u16(), tagsAllowed - 1, here);
            }
            case 0x0800 -> {
                return ipv4(frame.take(20), frame, here);
            }
            case 0x86dd -> {
                return ipv6(frame.take(40), frame, here);
            }
            default -> {
                return Decision.pass(Verdict.NOT_IP);
            }
        }
    }

    private Decision ipv4(ByteBuffer header, FrameReader rest, int here) {
        int first = header.get(0) & 0xff;
        if (first < 0x45 || first > 0x4f) {
            return Decision.pass(Verdict.MALFORMED);
        }
        boolean moreFragments = (header.get(6) & 0x20) != 0;
        int offset = header.getShort(6) & 0x1fff;
        if (moreFragments || offset > 0) {
            return Decision.pass(Verdict.FRAGMENT);
        }
        IpAddress destination = address(header, 16, 4);
        int protocol = header.get(9) & 0xff;
        if (protocol != 50 && protocol != 17) {
            return Decision.pass(Verdict.NOT_ESP);
        }
        rest.skip((first & 15) * 4 - 20);
        return protocol == 50 ? esp(rest.take(8), destination, here) : udp(rest, destination, here);
    }

    private Decision ipv6(ByteBuffer header, FrameReader rest, int here) {
        if ((header.get(0) & 0xf0) != 0x60) {
            return Decision.pass(Verdict.MALFORMED);
        }
        IpAddress destination = address(header, 24, 16);
        int next = header.get(6) & 0xff;
        for (int seen = 0; next == 0 || next == 43 || next == 60; seen++) {
            if (seen == 6) {
                return Decision.pass(Verdict.TOO_MANY_HEADERS);
            }
            ByteBuffer start = rest.take(8);
            next = start.get(0) & 0xff;
            rest.skip((start.get(1) & 0xff) * 8);
        }
        return switch (next) {
            case 50 -> esp(rest.take(8), destination, here);
            case 17 -> udp(rest, destination, here);
            case 44 -> Decision.pass(Verdict.FRAGMENT);
            default -> Decision.pass(Verdict.NOT_ESP);
        };
    }

    private Decision udp(FrameReader rest, IpAddress destination, int here) {
        ByteBuffer header = rest.take(8);
        if ((header.getShort(2) & 0xffff) != 4500) {
            return Decision.pass(Verdict.NOT_ESP);
        }
        int payload = (header.getShort(4) & 0xffff) - 8;
        if (payload == 1) {
            return Decision.pass(rest.take(1).get(0) == -1 ? Verdict.KEEPALIVE : Verdict.TRUNCATED);
        }
        if (payload < 8) {
            return Decision.pass(Verdict.TRUNCATED);
        }
        ByteBuffer start = rest.take(8);
        return start.getInt(0) == 0 ? Decision.pass(Verdict.IKE) : esp(start, destination, here);
    }

    private Decision esp(ByteBuffer start, IpAddress destination, int here) {
        int spi = start.getInt(0);
        if (spi >= 0 && spi <= 255) {
            return Decision.pass(Verdict.RESERVED_SPI);
        }
        Sa sa = new Sa(destination, spi);
        Integer cpu = sas.get(sa);
        if (cpu == null) {
            return Decision.pass(Verdict.NO_ENTRY);
        }
        return new Decision(cpu == here ? Verdict.ALREADY_HERE
                : queues.contains(cpu) ? Verdict.REDIRECTED : Verdict.NO_QUEUE, sa);
    }

    private static IpAddress address(ByteBuffer header, int at, int length) {
        byte[] octets = new byte[length];
        header.get(at, octets);
        return new IpAddress(Octets.wrap(octets));
    }
}
