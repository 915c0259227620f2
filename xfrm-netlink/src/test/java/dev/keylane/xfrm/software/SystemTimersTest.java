package dev.keylane.xfrm.software;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class SystemTimersTest {
    @Test
    void runsWhatIsDueAndNotWhatIsCancelled() throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(1);
        AtomicInteger cancelled = new AtomicInteger();
        long start = System.nanoTime();
        try (SystemTimers timers = new SystemTimers()) {
            timers.after(Duration.ofMillis(40), cancelled::incrementAndGet).cancel();
            timers.after(Duration.ofMillis(60), ran::countDown);
            assertThat(ran.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(timers.unixSeconds()).isCloseTo(System.currentTimeMillis() / 1000,
                    within(2L));
        }
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(60_000_000L);
        assertThat(cancelled).hasValue(0);
    }

    @Test
    void closedTimersForgetTheirWork() throws InterruptedException {
        AtomicInteger ran = new AtomicInteger();
        SystemTimers timers = new SystemTimers();
        timers.after(Duration.ofMillis(20), ran::incrementAndGet);
        timers.close();
        Thread.sleep(60);
        assertThat(ran).hasValue(0);
    }
}
