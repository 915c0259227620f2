package dev.keylane.ike.child;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.SeededRandom;
import dev.keylane.ike.wire.Octets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SpiPoolTest {
    private static final IpEndpoint END = new IpEndpoint(IpAddress.of("192.0.2.1"), 500);
    private static final SpiChoice.Use USE = new SpiChoice.Use(Configs.LEFT.book().connections().getFirst().children().getFirst(), new Path(END, END), Resource.cpu(3), false);

    @Test
    void spisAreInRangeAndNotTakenTwice() {
        SpiPool pool = new SpiPool(new SeededRandom(1), SpiChoice.ANY);
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
        SpiPool pool = new SpiPool(_ -> draws[0]++ < 2 ? one : two, SpiChoice.ANY);
        assertThat(pool.take()).isEqualTo(0xc0000001);
        assertThat(pool.take()).isEqualTo(0xc0000002);
    }

    @Test
    void aChoiceThatIsAlwaysTakenIsPassedOver() {
        SpiPool pool = new SpiPool(new SeededRandom(1), (_, _) -> 0xc0000007);
        assertThat(pool.take(USE)).isEqualTo(0xc0000007);
        assertThat(pool.take(USE)).isNotEqualTo(0xc0000007);
        pool.release(0xc0000007);
        assertThat(pool.take(USE)).isEqualTo(0xc0000007);
    }

    @Test
    void aChoiceMayDrawAsOftenAsItLikes() {
        SpiPool pool = new SpiPool(new SeededRandom(1), (_, draws) -> {
            int spi;
            do {
                spi = draws.getAsInt();
            } while ((spi & 63) != 5);
            return spi;
        });
        for (int i = 0; i < 100; i++) {
            assertThat(pool.take(USE)).matches(spi -> spi >>> 28 == 0xc && (spi & 63) == 5);
        }
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
