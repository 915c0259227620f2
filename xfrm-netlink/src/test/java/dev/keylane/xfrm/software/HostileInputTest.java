package dev.keylane.xfrm.software;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.proposal.IntegrityAlgorithm;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.XfrmRequest;
import dev.keylane.xfrm.contract.SaSample;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Nothing that arrives throws, and everything that is not delivered is counted. */
class HostileInputTest {
    private final Random random = new Random(611);

    @Test
    void mutatedEspIsCountedAway() {
        try (Pair pair = new Pair()) {
            pair.install(SaSample.out(Pair.LEFT, Pair.RIGHT, 0x5001).replay(true, 0), 64);
            pair.install(SaSample.out(Pair.LEFT, Pair.RIGHT, 0x5002)
                    .algorithms(EncryptionAlgorithm.AES_CBC, 128, IntegrityAlgorithm.HMAC_SHA2_256_128), 32);
            Pair.accept(pair.left, new XfrmRequest.NewPolicy(Pair.transport(PolicyId.Direction.OUT, false)));
            pair.cut = true;
            pair.send(0, 1);
            byte[] cbc = pair.onWire.remove();
            Pair.accept(pair.left, new XfrmRequest.DelSa(SaId.esp(Pair.RIGHT, 0x5002)));
            pair.send(0, 2);
            byte[] gcm = pair.onWire.remove();
            for (int i = 0; i < 100_000; i++) {
                byte[] forged = mutate(i % 2 == 0 ? cbc : gcm);
                assertThat(pair.inputRight(forged)).isFalse();
            }
            long dropped = pair.right.drops().values().stream().mapToLong(Long::longValue).sum();
            assertThat(dropped).isEqualTo(100_000);
            assertThat(pair.right.drops().get(DropReason.IN_UNAUTHENTIC)).isGreaterThan(1000);
            assertThat(pair.atRight).isEmpty();
            assertThat(pair.inputRight(cbc)).isTrue();
            assertThat(pair.inputRight(gcm)).isTrue();
        }
    }

    @Test
    void mutatedPacketsOutAreSentOrCountedAway() {
        try (Pair pair = new Pair()) {
            pair.install(SaSample.out(Pair.LEFT, Pair.RIGHT, 0x5003), 32);
            Pair.accept(pair.left, new XfrmRequest.NewPolicy(Pair.transport(PolicyId.Direction.OUT, false)));
            byte[] seed = Pair.udp(Pair.LEFT, Pair.RIGHT, 3);
            int[] results = new int[OutputResult.values().length];
            for (int i = 0; i < 100_000; i++) {
                results[pair.send(0, mutate(seed)).ordinal()]++;
                pair.onWire.clear();
                pair.atRight.clear();
            }
            long dropped = pair.left.drops().values().stream().mapToLong(Long::longValue).sum();
            assertThat(results[OutputResult.DROPPED.ordinal()]).isEqualTo((int) dropped).isGreaterThan(1000);
            assertThat(results[OutputResult.SENT.ordinal()]).isGreaterThan(1000);
        }
    }

    @Test
    void everyLengthOfNoiseIsRefused() {
        try (Pair pair = new Pair()) {
            pair.install(SaSample.out(Pair.LEFT, Pair.RIGHT, 0x5004), 32);
            for (int length = 0; length < 300; length++) {
                byte[] noise = new byte[length];
                random.nextBytes(noise);
                if (length >= 4) {
                    System.arraycopy(new byte[] {0, 0, 0x50, 4}, 0, noise, 0, 4);
                }
                assertThat(pair.inputRight(noise)).isFalse();
            }
            byte[] some = new byte[20];
            IpEndpoint left = new IpEndpoint(Pair.LEFT, 4500);
            assertThat(pair.right.input(left, Pair.RIGHT, some, -1, 10)).isFalse();
            assertThat(pair.right.input(left, Pair.RIGHT, some, 15, 10)).isFalse();
            assertThat(pair.right.input(left, Pair.RIGHT, some, 5, -10)).isFalse();
            assertThat(pair.right.input(left, Pair.RIGHT, some, Integer.MAX_VALUE, 10)).isFalse();
        }
    }

    /** Never the packet itself. */
    private byte[] mutate(byte[] seed) {
        byte[] data = random.nextInt(4) == 0 ? Arrays.copyOf(seed, random.nextInt(seed.length + 20)) : seed.clone();
        do {
            for (int flips = random.nextInt(5); flips > 0 && data.length > 0; flips--) {
                data[random.nextInt(data.length)] ^= (byte) (1 << random.nextInt(8));
            }
        } while (Arrays.equals(data, seed));
        return data;
    }
}
