package dev.keylane.xfrm.software.esp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SequenceCounterTest {
    @Test
    void startsAtOne() {
        SequenceCounter counter = new SequenceCounter(false);
        assertThat(counter.next()).isEqualTo(1);
        assertThat(counter.next()).isEqualTo(2);
    }

    @Test
    void thirtyTwoBitsNeverCycle() {
        SequenceCounter counter = new SequenceCounter(false, 0xffff_fffeL);
        assertThat(counter.next()).isEqualTo(0xffff_ffffL);
        assertThat(counter.next()).isEqualTo(SequenceCounter.EXHAUSTED);
        assertThat(counter.next()).isEqualTo(SequenceCounter.EXHAUSTED);
    }

    @Test
    void sixtyFourBitsPassTheThirtyTwoBitBorderAndNeverCycle() {
        SequenceCounter border = new SequenceCounter(true, 0xffff_ffffL);
        assertThat(border.next()).isEqualTo(0x1_0000_0000L);
        SequenceCounter end = new SequenceCounter(true, -2);
        assertThat(end.next()).isEqualTo(-1);
        assertThat(end.next()).isEqualTo(SequenceCounter.EXHAUSTED);
        assertThat(end.next()).isEqualTo(SequenceCounter.EXHAUSTED);
    }

    @Test
    void threadsNeverGetTheSameNumber() throws Exception {
        SequenceCounter counter = new SequenceCounter(false);
        List<Callable<long[]>> work = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            work.add(() -> LongStream.generate(counter::next).limit(50_000).toArray());
        }
        BitSet seen = new BitSet();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (Future<long[]> numbers : threads.invokeAll(work)) {
                for (long number : numbers.get()) {
                    assertThat(seen.get((int) number)).isFalse();
                    seen.set((int) number);
                }
            }
        }
        assertThat(seen.cardinality()).isEqualTo(200_000);
    }
}
