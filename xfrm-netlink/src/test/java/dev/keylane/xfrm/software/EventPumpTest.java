package dev.keylane.xfrm.software;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.XfrmEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class EventPumpTest {
    private static XfrmEvent event(int spi) {
        return new XfrmEvent.Expire(SaId.esp(Pair.LEFT, spi), 1, -1, false);
    }

    @Test
    void tellsInOrderOnAThreadOfItsOwn() throws InterruptedException {
        List<XfrmEvent> heard = new CopyOnWriteArrayList<>();
        CountDownLatch all = new CountDownLatch(3);
        try (EventPump pump = new EventPump(10)) {
            pump.raise(event(0));
            pump.listen(event -> {
                assertThat(Thread.currentThread().getName()).isEqualTo("software-xfrm-events");
                heard.add(event);
                all.countDown();
            });
            for (int spi = 1; spi <= 3; spi++) {
                pump.raise(event(spi));
            }
            assertThat(all.await(5, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(heard).containsExactly(event(1), event(2), event(3));
    }

    @Test
    void tellsThatItLostSome() throws InterruptedException {
        List<XfrmEvent> heard = new CopyOnWriteArrayList<>();
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch overrun = new CountDownLatch(1);
        try (EventPump pump = new EventPump(2)) {
            pump.listen(event -> {
                first.countDown();
                await(go);
                heard.add(event);
                if (event instanceof XfrmEvent.Overrun) {
                    overrun.countDown();
                }
            });
            pump.raise(event(1));
            first.await();
            for (int spi = 2; spi <= 5; spi++) {
                pump.raise(event(spi));
            }
            go.countDown();
            assertThat(overrun.await(5, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(heard).startsWith(event(1), new XfrmEvent.Overrun());
        assertThat(heard).doesNotContain(event(4), event(5));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stop) {
            throw new AssertionError(stop);
        }
    }
}
