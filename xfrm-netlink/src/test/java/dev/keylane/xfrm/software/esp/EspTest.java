package dev.keylane.xfrm.software.esp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keylane.xfrm.SaAlgorithms;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EspTest {
    private static final int SPI = 0xc0ffee01;
    private static final long SEQ = 0x3_0000_0007L;
    private final CryptoLane lane = EspSample.lane();

    static Stream<Arguments> suites() {
        return EspSample.SUITES.stream().flatMap(s -> Stream.of(Arguments.of(s, false), Arguments.of(s, true)));
    }

    private byte[] open(Esp esp, byte[] packet, long seq) {
        byte[] out = new byte[3 + esp.plaintextRoom(packet.length)];
        int plain = esp.open(lane, packet, 0, packet.length, seq, out, 3);
        return plain < 0 ? null : Arrays.copyOfRange(out, 3, 3 + plain);
    }

    @ParameterizedTest
    @MethodSource("suites")
    void everyLengthComesBackAndIsAligned(SaAlgorithms suite, boolean esn) {
        Esp esp = Esp.of(SPI, suite, EspSample.keys(suite), esn);
        Random random = new Random(1);
        for (int length : List.of(0, 1, 2, 3, 4, 13, 14, 15, 16, 17, 63, 64, 1400, 9000)) {
            byte[] payload = new byte[length];
            random.nextBytes(payload);
            byte[] packet = esp.seal(lane, SEQ + length, 17, payload, 0, length, 0);
            assertThat(packet.length % 4).isZero();
            assertThat(Esp.spi(packet, 0)).isEqualTo(SPI);
            assertThat(Esp.sequence(packet, 0)).isEqualTo((int) (SEQ + length));
            byte[] plain = open(esp, packet, SEQ + length);
            assertThat(EspTrailer.of(plain, 0, plain.length)).isEqualTo(new EspTrailer(length, 17));
            assertThat(Arrays.copyOf(plain, length)).isEqualTo(payload);
        }
    }

    @ParameterizedTest
    @MethodSource("suites")
    void everyFlippedBitIsRefused(SaAlgorithms suite, boolean esn) {
        Esp esp = Esp.of(SPI, suite, EspSample.keys(suite), esn);
        byte[] packet = esp.seal(lane, SEQ, 17, new byte[37], 0, 37, 0);
        for (int bit = 0; bit < packet.length * 8; bit++) {
            byte[] forged = packet.clone();
            forged[bit >> 3] ^= (byte) (1 << (bit & 7));
            // As a receiver does: the low half comes from the packet.
            long seq = SEQ & ~0xffff_ffffL | Esp.sequence(forged, 0) & 0xffff_ffffL;
            assertThat(open(esp, forged, seq)).as("bit %d", bit).isNull();
        }
        assertThat(open(esp, packet, SEQ)).isNotNull();
    }

    @ParameterizedTest
    @MethodSource("suites")
    void everyTruncationIsRefused(SaAlgorithms suite, boolean esn) {
        Esp esp = Esp.of(SPI, suite, EspSample.keys(suite), esn);
        byte[] packet = esp.seal(lane, SEQ, 17, new byte[50], 0, 50, 0);
        for (int length = 0; length < packet.length; length++) {
            assertThat(open(esp, Arrays.copyOf(packet, length), SEQ)).isNull();
        }
        assertThat(open(esp, Arrays.copyOf(packet, packet.length + 16), SEQ)).isNull();
    }

    @ParameterizedTest
    @MethodSource("suites")
    void withEsnTheHighHalfIsAuthenticatedThoughNotSent(SaAlgorithms suite, boolean esn) {
        Esp esp = Esp.of(SPI, suite, EspSample.keys(suite), esn);
        byte[] packet = esp.seal(lane, SEQ, 17, new byte[20], 0, 20, 0);
        byte[] other = open(esp, packet, SEQ + 0x1_0000_0000L);
        assertThat(other == null).isEqualTo(esn);
    }

    @ParameterizedTest
    @MethodSource("suites")
    void theInputIsLeftAsItWas(SaAlgorithms suite, boolean esn) {
        Esp esp = Esp.of(SPI, suite, EspSample.keys(suite), esn);
        byte[] payload = new byte[20];
        byte[] packet = esp.seal(lane, SEQ, 17, payload, 0, 20, 0);
        byte[] before = packet.clone();
        open(esp, packet, SEQ);
        assertThat(packet).isEqualTo(before);
        assertThat(payload).containsOnly(0);
    }

    @Test
    void paddingForTrafficFlowConfidentialityIsZeros() {
        SaAlgorithms suite = EspSample.SUITES.getFirst();
        Esp esp = Esp.of(SPI, suite, EspSample.keys(suite), false);
        byte[] packet = esp.seal(lane, 1, 4, new byte[] {1, 2, 3}, 0, 3, 100);
        byte[] plain = open(esp, packet, 1);
        assertThat(EspTrailer.of(plain, 0, plain.length)).isEqualTo(new EspTrailer(100, 4));
        assertThat(Arrays.copyOf(plain, 5)).containsExactly(1, 2, 3, 0, 0);
    }

    @Test
    void aTrailerWithWrongPaddingIsNone() {
        assertThat(EspTrailer.of(new byte[] {9, 1, 2, 2, 17}, 0, 5)).isEqualTo(new EspTrailer(1, 17));
        assertThat(EspTrailer.of(new byte[] {9, 1, 3, 2, 17}, 0, 5)).isNull();
        assertThat(EspTrailer.of(new byte[] {9, 1, 2, 4, 17}, 0, 5)).isNull();
        assertThat(EspTrailer.of(new byte[] {17}, 0, 1)).isNull();
    }

    @Test
    void retiredKeysLetNobodyInAndGoWithTheLastUser() {
        SaAlgorithms suite = EspSample.SUITES.getFirst();
        EspKeys keys = EspSample.keys(suite);
        Esp esp = Esp.of(SPI, suite, keys, false);
        assertThat(keys.enter()).isTrue();
        keys.retire();
        assertThat(keys.enter()).isFalse();
        byte[] packet = esp.seal(lane, 1, 17, new byte[9], 0, 9, 0);
        assertThat(open(esp, packet, 1)).isNotNull();
        keys.leave();
        assertThatThrownBy(() -> esp.seal(lane, 2, 17, new byte[9], 0, 9, 0))
                .isInstanceOf(IllegalStateException.class);
    }
}
