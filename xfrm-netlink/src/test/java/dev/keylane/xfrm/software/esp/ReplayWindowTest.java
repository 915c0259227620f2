package dev.keylane.xfrm.software.esp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayWindowTest {
    private static final long SPAN = 0x1_0000_0000L;

    @Test
    void numberZeroIsNone() {
        assertThat(new ReplayWindow(false, 32).admits(0)).isFalse();
        assertThat(new ReplayWindow(true, 32).admits(0)).isFalse();
    }

    @Test
    void eachNumberOnce() {
        ReplayWindow window = new ReplayWindow(false, 32);
        assertThat(window.accept(1)).isTrue();
        assertThat(window.accept(1)).isFalse();
        assertThat(window.accept(5)).isTrue();
        assertThat(window.accept(3)).isTrue();
        assertThat(window.accept(3)).isFalse();
        assertThat(window.top()).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 31, 32, 33, 63, 64, 65, 128, 1000, 4096})
    void theWindowHasItsSizeToTheLastNumber(int size) {
        ReplayWindow window = new ReplayWindow(false, size);
        window.accept(10_000);
        assertThat(window.admits(10_000 - size)).isFalse();
        assertThat(window.accept(10_000 - size + 1)).isEqualTo(size > 1);
        assertThat(window.admits(10_000 - size + 1)).isFalse();
    }

    @Test
    void askingDoesNotMark() {
        ReplayWindow window = new ReplayWindow(false, 32);
        assertThat(window.admits(7)).isTrue();
        assertThat(window.admits(7)).isTrue();
        assertThat(window.top()).isZero();
    }

    @Test
    void aWindowOfZeroTakesEverything() {
        ReplayWindow window = new ReplayWindow(false, 0);
        assertThat(window.accept(9)).isTrue();
        assertThat(window.accept(9)).isTrue();
        assertThat(window.accept(1)).isTrue();
    }

    @Test
    void impossibleWindowsAreOurBug() {
        assertThatThrownBy(() -> new ReplayWindow(true, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ReplayWindow(false, 4097)).isInstanceOf(IllegalArgumentException.class);
    }

    /** RFC 4303 Appendix A2.2, case A: the window lies in one span of 2^32. */
    @Test
    void caseA() {
        ReplayWindow window = new ReplayWindow(true, 64, 5 * SPAN + 1000);
        assertThat(window.infer(1000)).isEqualTo(5 * SPAN + 1000);
        assertThat(window.infer(937)).isEqualTo(5 * SPAN + 937);
        assertThat(window.infer(936)).isEqualTo(6 * SPAN + 936);
        assertThat(window.infer(-1)).isEqualTo(5 * SPAN + 0xffff_ffffL);
    }

    /** RFC 4303 Appendix A2.2, case B: the window reaches back into the span before. */
    @Test
    void caseB() {
        ReplayWindow window = new ReplayWindow(true, 64, 5 * SPAN + 10);
        assertThat(window.infer(10)).isEqualTo(5 * SPAN + 10);
        assertThat(window.infer(0)).isEqualTo(5 * SPAN);
        assertThat(window.infer(-1)).isEqualTo(4 * SPAN + 0xffff_ffffL);
        assertThat(window.infer(10 - 63)).isEqualTo(4 * SPAN + (10 - 63 & 0xffff_ffffL));
        assertThat(window.infer(10 - 64)).isEqualTo(5 * SPAN + (10 - 64 & 0xffff_ffffL));
    }

    @Test
    void beforeTheFirstSpanThereIsNothing() {
        ReplayWindow window = new ReplayWindow(true, 64);
        assertThat(window.infer(-1)).isEqualTo(ReplayWindow.NONE);
        assertThat(window.infer(1)).isEqualTo(1);
    }

    @Test
    void behindTheLastSpanThereIsNothing() {
        ReplayWindow window = new ReplayWindow(true, 64, -1);
        assertThat(window.infer(5)).isEqualTo(ReplayWindow.NONE);
        assertThat(window.infer(-2)).isEqualTo(-2L);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 32, 64, 100, 4096})
    void countsOnAcrossTwoToTheThirtyTwo(int size) {
        ReplayWindow window = new ReplayWindow(true, size, SPAN - 5000);
        for (long seq = SPAN - 4999; seq < SPAN + 5000; seq++) {
            assertThat(window.infer((int) seq)).isEqualTo(seq);
            assertThat(window.accept(seq)).isTrue();
            assertThat(window.accept(seq)).isFalse();
        }
        assertThat(window.top()).isEqualTo(SPAN + 4999);
    }

    @Test
    void withoutEsnTheLastNumberIsTheLast() {
        ReplayWindow window = new ReplayWindow(false, 64, 0xffff_fffeL);
        assertThat(window.infer(-1)).isEqualTo(0xffff_ffffL);
        assertThat(window.accept(0xffff_ffffL)).isTrue();
        assertThat(window.admits(window.infer(0))).isFalse();
        assertThat(window.admits(window.infer(1))).isFalse();
    }

    /** What a number may be is the 2^32 numbers from the window's lower end on; there the guess is always right. */
    @ParameterizedTest
    @CsvSource({"1,1", "32,2", "64,3", "333,4", "4096,5"})
    void infersEveryNumberThatItCan(int size, int seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            long top = Math.floorMod(random.nextLong(), 9 * SPAN) + 1;
            if (random.nextBoolean()) {
                top = SPAN * (1 + random.nextInt(8)) + random.nextInt(-2 * size, 2 * size);
            }
            long lowest = Math.max(1, top - size + 1);
            long highest = top - size + SPAN;
            long seq = switch (random.nextInt(3)) {
                case 0 -> lowest + random.nextInt(size);
                case 1 -> highest - random.nextInt(size);
                default -> lowest + Math.floorMod(random.nextLong(), highest - lowest);
            };
            assertThat(new ReplayWindow(true, size, top).infer((int) seq)).as("top %d seq %d", top, seq)
                    .isEqualTo(seq);
        }
    }

    @ParameterizedTest
    @CsvSource({"false,32", "false,100", "true,64", "true,65", "true,4096"})
    void agreesWithASetOfNumbers(boolean esn, int size) {
        Random random = new Random(size);
        long start = esn ? SPAN - 20_000 : 0;
        ReplayWindow window = new ReplayWindow(esn, size, start);
        Set<Long> accepted = new HashSet<>(Set.of(start));
        long top = start;
        for (int i = 0; i < 60_000; i++) {
            int reach = random.nextInt(50) == 0 ? 3 * size : 8;
            long seq = Math.max(start + 1, top + random.nextInt(-2 * Math.min(size, reach * 4) - 1, reach));
            boolean expected = seq > top || top - seq < size && !accepted.contains(seq);
            assertThat(window.admits(seq)).as("seq %d top %d", seq, top).isEqualTo(expected);
            assertThat(window.accept(seq)).isEqualTo(expected);
            accepted.add(seq);
            top = Math.max(top, seq);
        }
    }
}
