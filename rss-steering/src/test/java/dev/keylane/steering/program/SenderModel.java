package dev.keylane.steering.program;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.wire.Octets;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;

/**
 * Over which of the watched SAs a packet goes, read from the front as the RFCs lay it out.
 */
record SenderModel(Set<SpiModel.Sa> watched) {
    /** Empty for a packet of no SA that is watched. */
    Optional<SpiModel.Sa> decide(byte[] octets) {
        FrameReader frame = new FrameReader(octets);
        try {
            frame.skip(12);
            int ethertype = frame.u16();
            for (int tags = 0; tags < 2 && (ethertype == 0x8100 || ethertype == 0x88a8); tags++) {
                frame.skip(2);
                ethertype = frame.u16();
            }
            return network(ethertype, frame);
        } catch (FrameReader.TooShort tooShort) {
            return Optional.empty();
        }
    }

    /** A packet of a device without link headers, whose ethertype the kernel knows from elsewhere. */
    Optional<SpiModel.Sa> decideBare(int ethertype, byte[] octets) {
        try {
            return network(ethertype, new FrameReader(octets));
        } catch (FrameReader.TooShort tooShort) {
            return Optional.empty();
        }
    }

    private Optional<SpiModel.Sa> network(int ethertype, FrameReader frame) {
        return switch (ethertype) {
            case 0x0800 -> ipv4(frame.take(20), frame);
            case 0x86dd -> ipv6(frame.take(40), frame);
            default -> Optional.empty();
        };
    }

    private Optional<SpiModel.Sa> ipv4(ByteBuffer header, FrameReader rest) {
        int words = header.get(0) & 15;
        boolean later = (header.getShort(6) & 0x1fff) != 0;
        if ((header.get(0) & 0xf0) != 0x40 || words < 5 || later) {
            return Optional.empty();
        }
        rest.skip(words * 4 - 20);
        return upper(header.get(9) & 0xff, rest, address(header, 16, 4));
    }

    private Optional<SpiModel.Sa> ipv6(ByteBuffer header, FrameReader rest) {
        if ((header.get(0) & 0xf0) != 0x60) {
            return Optional.empty();
        }
        int next = header.get(6) & 0xff;
        for (int seen = 0; next == 0 || next == 43 || next == 60; seen++) {
            if (seen == 6) {
                return Optional.empty();
            }
            ByteBuffer start = rest.take(8);
            next = start.get(0) & 0xff;
            rest.skip((start.get(1) & 0xff) * 8);
        }
        if (next == 44) {
            ByteBuffer fragment = rest.take(8);
            if ((fragment.getShort(2) & 0xffff) >> 3 != 0) {
                return Optional.empty();
            }
            next = fragment.get(0) & 0xff;
        }
        return upper(next, rest, address(header, 24, 16));
    }

    private Optional<SpiModel.Sa> upper(int protocol, FrameReader rest, IpAddress destination) {
        if (protocol != 50 && protocol != 17) {
            return Optional.empty();
        }
        rest.skip(protocol == 17 ? 8 : 0);
        return Optional.of(new SpiModel.Sa(destination, rest.take(8).getInt(0))).filter(watched::contains);
    }

    private static IpAddress address(ByteBuffer header, int at, int length) {
        byte[] octets = new byte[length];
        header.get(at, octets);
        return new IpAddress(Octets.wrap(octets));
    }
}
