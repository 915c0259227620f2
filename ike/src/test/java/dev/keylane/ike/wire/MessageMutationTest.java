package dev.keylane.ike.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.HexFile;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hostile datagrams: whatever is wrong with them, decoding answers with a value, soon and within a bound of memory. */
class MessageMutationTest {
    private static final List<Octets> SEEDS = Stream.of("wire/strongswan-ike-sa-init.hex",
            "wire/libreswan-ike-sa-init.hex", "wire/libreswan-ike-sa-init-answer.hex", "exchange/aes-gcm-128.hex")
            .map(name -> HexFile.read(name).get("datagram")).toList();

    @Test
    @Timeout(60)
    void hundredThousandMutationsGiveHundredThousandValues() {
        Random random = new Random(20_261_121);
        int wellFormed = 0;
        for (int i = 0; i < 100_000; i++) {
            Octets hostile = mutate(SEEDS.get(i % SEEDS.size()), random);
            switch (MessageCodec.decode(hostile)) {
                case Decoded.Ok(IkeMessage message) -> {
                    wellFormed++;
                    assertThat(message.toString()).isNotEmpty();
                }
                case Decoded.Malformed(String reason, _) -> assertThat(reason).isNotBlank();
                case Decoded.UnsupportedCritical(_, int type) -> assertThat(type).isBetween(1, 255);
                case Decoded.WrongMajorVersion(_, int version) -> assertThat(version).isNotEqualTo(2);
            }
        }
        assertThat(wellFormed).as("mutations that got past the first checks").isBetween(1_000, 99_000);
    }

    @Test
    void aHostileDatagramAllocatesNoMoreThanItsSizeAllows() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        Random random = new Random(7);
        MessageCodec.decode(SEEDS.getFirst());
        for (int i = 0; i < 20_000; i++) {
            Octets hostile = mutate(SEEDS.get(i % SEEDS.size()), random);
            long before = threads.getCurrentThreadAllocatedBytes();
            MessageCodec.decode(hostile);
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            // Smallest parts against what they become: an empty payload of 4 octets, a transform of 8.
            assertThat(allocated).as(hostile::toHex).isLessThan(4_096 + 32L * hostile.length());
        }
    }

    @Test
    void theLargestDatagramIsReadInTime() {
        Octets transforms = Octets.ofHex("03000008 04000001".repeat(254) + "00000008 04000001");
        Octets more = Octets.concat(Octets.ofHex("02000800 010100ff"), transforms);
        Octets last = Octets.concat(Octets.ofHex("00000800 010100ff"), transforms);
        Octets[] proposals = new Octets[31];
        Arrays.fill(proposals, more);
        proposals[30] = last;
        Octets largest = Wire.message(PayloadType.SA, Wire.payload(0, 0, Octets.concat(proposals)));
        assertThat(largest.length()).isGreaterThan(63_000);
        long start = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            assertThat(MessageCodec.decode(largest)).isInstanceOf(Decoded.Ok.class);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    /** One to four changes; the Length field is set right half of the time, so that deeper checks are reached. */
    private static Octets mutate(Octets seed, Random random) {
        byte[] bytes = seed.toByteArray();
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes[at] = (byte) (random.nextBoolean() ? 0xff : 0);
                case 3 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
                default -> {
                    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(64));
                    System.arraycopy(bytes, at, longer, longer.length - (bytes.length - at), bytes.length - at);
                    bytes = longer;
                }
            }
        }
        if (random.nextBoolean() && bytes.length >= IkeHeader.SIZE) {
            bytes[24] = 0;
            bytes[25] = 0;
            bytes[26] = (byte) (bytes.length >> 8);
            bytes[27] = (byte) bytes.length;
        }
        return Octets.wrap(bytes);
    }
}
