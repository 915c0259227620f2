package dev.keylane.steering.program;

import dev.keylane.steering.Verdict;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Which slot a frame's flow has, in the arithmetic that {@link FlowProgram} documents. */
record FlowModel(int seed) {
    /**
     * @param verdict without a slot
     */
    record Decision(OptionalInt slot, Verdict verdict) {
        static Decision pass(Verdict verdict) {
            return new Decision(OptionalInt.empty(), verdict);
        }
    }

    Decision decide(byte[] octets) {
        FrameReader frame = new FrameReader(octets);
        try {
            frame.skip(12);
            int ethertype = frame.u16();
            for (int tag = 0; tag < 2 && (ethertype == 0x8100 || ethertype == 0x88a8); tag++) {
                frame.skip(2);
                ethertype = frame.u16();
            }
            return switch (ethertype) {
                case 0x0800 -> ipv4(frame.take(20), frame);
                case 0x86dd -> ipv6(frame.take(40), frame);
                default -> Decision.pass(Verdict.NOT_IP);
            };
        } catch (FrameReader.TooShort tooShort) {
            return Decision.pass(Verdict.TRUNCATED);
        }
    }

    private Decision ipv4(ByteBuffer header, FrameReader rest) {
        int first = header.get(0) & 0xff;
        if (first < 0x45 || first > 0x4f) {
            return Decision.pass(Verdict.MALFORMED);
        }
        rest.skip((first & 15) * 4 - 20);
        boolean fragment = (header.getShort(6) & 0x3fff) != 0;
        return slot(word(header, 12), word(header, 16), fragment ? -1 : header.get(9), rest);
    }

    private Decision ipv6(ByteBuffer header, FrameReader rest) {
        if (header.get(0) >> 4 != 6) {
            return Decision.pass(Verdict.MALFORMED);
        }
        int next = header.get(6);
        for (int seen = 0; List.of(0, 43, 60).contains(next); seen++) {
            if (seen == 6) {
                break;
            }
            ByteBuffer start = rest.take(8);
            next = start.get(0);
            rest.skip((start.get(1) & 0xff) * 8);
        }
        return slot(folded(header, 8), folded(header, 24), next, rest);
    }

    private Decision slot(int one, int other, int protocol, FrameReader rest) {
        int hash = mix(mix(seed ^ lower(one, other)) ^ higher(one, other));
        if (protocol == 6 || protocol == 17) {
            ByteBuffer ports = rest.take(4).order(ByteOrder.nativeOrder());
            int source = ports.getShort(0) & 0xffff;
            int destination = ports.getShort(2) & 0xffff;
            hash = mix(hash ^ (Math.min(source, destination) << 16 | Math.max(source, destination)) ^ protocol);
        }
        return new Decision(OptionalInt.of(hash * 0x9e3779b1 >>> 24), Verdict.REDIRECTED);
    }

    private static int folded(ByteBuffer header, int at) {
        return IntStream.of(4, 8, 12).map(offset -> at + offset).reduce(word(header, at),
                (hash, offset) -> hash * 0x9e3779b1 ^ word(header, offset));
    }

    private static int word(ByteBuffer header, int at) {
        return header.duplicate().order(ByteOrder.nativeOrder()).getInt(at);
    }

    private static int lower(int one, int other) {
        return Integer.compareUnsigned(one, other) <= 0 ? one : other;
    }

    private static int higher(int one, int other) {
        return Integer.compareUnsigned(one, other) <= 0 ? other : one;
    }

    private static int mix(int x) {
        int product = x * 0x85ebca77;
        return product ^ product >>> 15;
    }
}
