package dev.keylane.ike.child;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.sim.SeededRandom;
import dev.keylane.ike.wire.Octets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SpiPoolTest {
    @Test
    void spisAreInRangeAndNotTakenTwice() {
        SpiPool pool = new SpiPool(new SeededRandom(1));
        Set<Integer> taken = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            int spi = pool.take();
            assertThat(taken.add(spi)).isTrue();
            assertThat(spi >>> 28).isEqualTo(0xc);
        }
        taken.forEach(pool::release);
        assertThat(pool.isEmpty()).isTrue();
    }

    @Test
    void aTakenSpiIsPassedOver() {
        Octets one = Octets.of(0, 0, 0, 0, 0, 0, 0, 1);
        Octets two = Octets.of(0, 0, 0, 0, 0, 0, 0, 2);
        int[] draws = new int[1];
        SpiPool pool = new SpiPool(_ -> draws[0]++ < 2 ? one : two);
        assertThat(pool.take()).isEqualTo(0xc0000001);
        assertThat(pool.take()).isEqualTo(0xc0000002);
    }

    @Test
    void octetsAndBack() {
        for (int spi : new int[] {0xc0ffee01, 1, -1, 256}) {
            assertThat(SpiPool.of(SpiPool.octets(spi))).isEqualTo(spi);
        }
        assertThat(SpiPool.of(Octets.EMPTY)).isZero();
        assertThat(SpiPool.of(Octets.of(1, 2, 3, 4, 5, 6, 7, 8))).isZero();
    }

    @Test
    void reservedOnesAreOfNoUse() {
        assertThat(SpiPool.isUsable(0)).isFalse();
        assertThat(SpiPool.isUsable(255)).isFalse();
        assertThat(SpiPool.isUsable(256)).isTrue();
        assertThat(SpiPool.isUsable(-1)).isTrue();
    }
}
