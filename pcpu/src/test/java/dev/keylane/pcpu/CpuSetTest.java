package dev.keylane.pcpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CpuSetTest {
    @Test
    void readsRangesAndSingleNumbers() {
        assertThat(CpuSet.parse("0-3,5\n")).contains(CpuSet.of(0, 1, 2, 3, 5));
        assertThat(CpuSet.parse("")).contains(CpuSet.EMPTY);
        assertThat(CpuSet.parse("0")).contains(CpuSet.first(1));
        assertThat(CpuSet.of(0, 1, 2, 3, 5, 7, 8)).hasToString("0-3,5,7-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "1-", "-1", "3-1", "0,,1", "0-8192", "99999", "0x1", "1 2", "0,"})
    void refusesWhatIsNoList(String text) {
        assertThat(CpuSet.parse(text)).isEmpty();
    }

    @Test
    void printsWhatItReads() {
        Random random = new Random(9611);
        for (int round = 0; round < 500; round++) {
            BitSet bits = new BitSet();
            for (int i = 0; i < 20; i++) {
                bits.set(random.nextInt(64));
            }
            CpuSet set = CpuSet.of(bits.stream().toArray());
            assertThat(CpuSet.parse(set.toString())).contains(set);
            assertThat(set.size()).isEqualTo(bits.cardinality());
        }
    }
}
