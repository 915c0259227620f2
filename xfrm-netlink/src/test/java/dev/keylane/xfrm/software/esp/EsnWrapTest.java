package dev.keylane.xfrm.software.esp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.xfrm.SaAlgorithms;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A sender that counts across 2^32 and a receiver that sees it through loss and disorder. */
class EsnWrapTest {
    private static final long BEFORE = 0xffff_ffffL - 300;
    private final CryptoLane lane = EspSample.lane();

    static Stream<SaAlgorithms> suites() {
        return EspSample.SUITES.stream();
    }

    @ParameterizedTest
    @MethodSource("suites")
    void theReceiverKeepsUp(SaAlgorithms suite) {
        Random random = new Random(32);
        Esp esp = Esp.of(1, suite, EspSample.keys(suite), true);
        SequenceCounter counter = new SequenceCounter(true, BEFORE);
        ReplayWindow window = new ReplayWindow(true, 64, BEFORE);
        int received = 0;
        for (int burst = 0; burst < 40; burst++) {
            List<byte[]> packets = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                packets.add(esp.seal(lane, counter.next(), 17, new byte[11], 0, 11, 0));
            }
            packets.removeIf(packet -> random.nextInt(10) == 0);
            Collections.shuffle(packets, random);
            for (byte[] packet : packets) {
                assertThat(receive(esp, window, packet)).isTrue();
                assertThat(receive(esp, window, packet)).isFalse();
                received++;
            }
        }
        assertThat(window.top()).isGreaterThan(0x1_0000_0000L);
        assertThat(received).isGreaterThan(600);
    }

    private boolean receive(Esp esp, ReplayWindow window, byte[] packet) {
        long seq = window.infer(Esp.sequence(packet, 0));
        byte[] out = new byte[esp.plaintextRoom(packet.length)];
        return window.admits(seq) && esp.open(lane, packet, 0, packet.length, seq, out, 0) >= 0 && window.accept(seq);
    }
}
