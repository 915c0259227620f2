package dev.keylane.steering.program;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Frames nobody thought of: known ones with octets changed, cut out, put in, or cut off, and some that are noise. */
final class Mutation {
    private final RandomGenerator random;
    private final List<Shape> seeds;

    Mutation(RandomGenerator random, List<Shape> seeds) {
        this.random = random;
        this.seeds = seeds;
    }

    byte[] next() {
        if (random.nextInt(20) == 0) {
            return noise(14 + random.nextInt(150));
        }
        byte[] frame = seeds.get(random.nextInt(seeds.size())).frame().clone();
        for (int changes = random.nextInt(4); changes >= 0; changes--) {
            frame = change(frame);
        }
        return frame.length < 14 ? Arrays.copyOf(frame, 14) : frame;
    }

    private byte[] change(byte[] frame) {
        if (frame.length <= 14) {
            return frame;
        }
        int at = 12 + random.nextInt(frame.length - 12);
        return switch (random.nextInt(6)) {
            case 0 -> with(frame, at, random.nextInt(256));
            case 1 -> with(frame, at, frame[at] ^ 1 << random.nextInt(8));
            case 2 -> with(frame, at, INTERESTING[random.nextInt(INTERESTING.length)]);
            case 3 -> Arrays.copyOf(frame, at);
            case 4 -> Octet.join(Arrays.copyOf(frame, at), noise(1 + random.nextInt(16)),
                    Arrays.copyOfRange(frame, at, frame.length));
            default -> Octet.join(Arrays.copyOf(frame, at),
                    Arrays.copyOfRange(frame, Math.min(frame.length, at + 1 + random.nextInt(16)), frame.length));
        };
    }

    private byte[] noise(int length) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return noise;
    }

    private static byte[] with(byte[] frame, int at, int value) {
        byte[] changed = frame.clone();
        changed[at] = (byte) value;
        return changed;
    }

    /** Header numbers, lengths and bounds that the programs compare with. */
    private static final int[] INTERESTING = {0, 1, 6, 8, 9, 16, 17, 43, 44, 50, 51, 59, 60, 0x20, 0x40, 0x45, 0x4f, 0x60,
        0x81, 0x86, 0x88, 0xa8, 0xdd, 0x11, 0x94, 0xff};
}
