package dev.keylane.daemon.vici;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.wire.Octets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Octets that a client should never send, from fixed seeds. */
class ViciCodecFuzzTest {
    private static final int MUTATIONS = 100_000;

    @Test
    void everyTruncationIsMalformedOrAMessageOfItsOwn() {
        byte[] whole = sample();
        for (int length = 0; length < whole.length; length++) {
            assertConsistent(Octets.copyOf(whole, 0, length));
        }
    }

    @Test
    void mutationsNeverThrowAndWhatIsReadCanBeWrittenAgain() {
        Random random = new Random(9611);
        byte[] whole = sample();
        int read = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            read += assertConsistent(Octets.wrap(mutated(whole, random))) ? 1 : 0;
        }
        assertThat(read).as("some mutations must get past the reader").isBetween(MUTATIONS / 100, MUTATIONS - 1);
    }

    @Test
    void randomTreesSurviveTheRoundTrip() {
        Random random = new Random(7296);
        for (int i = 0; i < 2_000; i++) {
            ViciPacket packet = ViciPacket.response(tree(random, 4));
            assertThat(ViciReader.read(ViciCodecTest.payload(packet))).isEqualTo(new ViciReader.Packet(packet));
        }
    }

    /** Whether the octets are a packet; if so, writing it gives the same octets. */
    static boolean assertConsistent(Octets payload) {
        return switch (ViciReader.read(payload)) {
            case ViciReader.Packet(ViciPacket packet) -> {
                assertThat(ViciCodecTest.payload(packet)).isEqualTo(payload);
                yield true;
            }
            case ViciReader.Malformed(String reason) -> {
                assertThat(reason).isNotEmpty();
                yield false;
            }
        };
    }

    private static byte[] sample() {
        return ViciCodecTest.payload(ViciPacket.event("list-sa", ViciCodecTest.SAMPLE)).toByteArray();
    }

    private static byte[] mutated(byte[] original, Random random) {
        byte[] bytes = original.clone();
        for (int count = 1 + random.nextInt(3); count > 0; count--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(8);
                case 2 -> bytes[at] = (byte) random.nextInt(256);
                default -> bytes = spliced(bytes, at, random);
            }
        }
        return bytes;
    }

    /** With a run of octets left out or doubled. */
    private static byte[] spliced(byte[] bytes, int at, Random random) {
        int length = Math.min(bytes.length - at, 1 + random.nextInt(8));
        List<Octets> parts = new ArrayList<>(List.of(Octets.copyOf(bytes, 0, at)));
        if (random.nextBoolean() || bytes.length == length) {
            parts.add(Octets.copyOf(bytes, at, at + length));
            parts.add(Octets.copyOf(bytes, at, at + length));
        }
        parts.add(Octets.copyOf(bytes, at + length, bytes.length));
        return Octets.concat(parts.toArray(Octets[]::new)).toByteArray();
    }

    private static ViciMessage tree(Random random, int depth) {
        ViciMessage.Builder message = ViciMessage.builder();
        for (int count = random.nextInt(5); count > 0; count--) {
            String name = "n".repeat(random.nextInt(20)) + random.nextInt(10);
            switch (random.nextInt(depth == 0 ? 2 : 3)) {
                case 0 -> message.set(name, octets(random));
                case 1 -> message.list(name, random.ints(random.nextInt(4), 0, 99).boxed().toList());
                default -> message.section(name, tree(random, depth - 1));
            }
        }
        return message.build();
    }

    private static Octets octets(Random random) {
        byte[] bytes = new byte[random.nextInt(40)];
        random.nextBytes(bytes);
        return Octets.wrap(bytes);
    }
}
