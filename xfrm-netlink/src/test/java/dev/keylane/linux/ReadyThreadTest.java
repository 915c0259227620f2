package dev.keylane.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ReadyThreadTest {
    private final Fd source = Descriptors.eventFd();
    private final AtomicInteger ended = new AtomicInteger();

    @AfterEach
    void close() {
        source.close();
    }

    @Test
    void whatCanBeReadIsReadUntilItIsClosed() throws InterruptedException {
        CountDownLatch twice = new CountDownLatch(2);
        ReadyThread thread = new ReadyThread("ready", source, () -> {
            take();
            ReadyThread.deliver(twice::countDown);
            fill(twice.getCount());
        }, ended::incrementAndGet);
        fill(1);
        assertThat(twice.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(thread.isAlive()).isTrue();
        assertThat(ended).hasValue(0);
        thread.close();
        thread.close();
        assertThat(thread.isAlive()).isFalse();
        assertThat(ended).hasValue(1);
    }

    @Test
    void itMayCloseItself() throws Exception {
        CompletableFuture<ReadyThread> itself = new CompletableFuture<>();
        CountDownLatch over = new CountDownLatch(1);
        itself.complete(new ReadyThread("ready", source, () -> {
            take();
            itself.join().close();
        }, over::countDown));
        fill(1);
        assertThat(over.await(20, TimeUnit.SECONDS)).isTrue();
        itself.get().close();
    }

    /** Its own descriptor is closed then, and its number may be somebody else's. */
    @Test
    void oneThatHasEndedByItselfIsClosedWithoutAWord() throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        ReadyThread thread = new ReadyThread("ready", source, () -> {
            Thread.currentThread().setUncaughtExceptionHandler((_, _) -> over.countDown());
            throw new IllegalStateException("of the test");
        }, ended::incrementAndGet);
        fill(1);
        assertThat(over.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ended).hasValue(1);
        try (Fd another = Descriptors.eventFd(); Arena arena = Arena.ofConfined()) {
            assertThatCode(thread::close).doesNotThrowAnyException();
            assertThat(Descriptors.read(another, arena.allocate(8))).as("nobody has written to it").isEqualTo(-Errno.EAGAIN);
        }
    }

    private void take() {
        try (Arena arena = Arena.ofConfined()) {
            Descriptors.read(source, arena.allocate(8));
        }
    }

    private void fill(long count) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocateFrom(ValueLayout.JAVA_LONG, count);
            assertThat(Descriptors.write(source, number)).isEqualTo(8);
        }
    }
}
