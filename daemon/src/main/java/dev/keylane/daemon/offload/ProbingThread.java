package dev.keylane.daemon.offload;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries devices in a thread of its own, one after the other: some take as long for a single SA as a peer waits for an
 * answer. The thread is there while there is something to try.
 */
public final class ProbingThread implements Probing {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final Probe probe;
    private final ThreadPoolExecutor thread;
    private volatile @Nullable Executor asker;
    private final AtomicInteger leftOff = new AtomicInteger();

    /** What tries a device. */
    @FunctionalInterface
    public interface Probe {
        /**
         * @param stop asked again and again: whether to leave off, and leave nothing behind
         * @return empty when it was left off
         */
        Optional<Abilities> of(String device, BooleanSupplier stop);
    }

    public ProbingThread(Probe probe) {
        this.probe = probe;
        this.thread = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING),
                task -> Thread.ofPlatform().daemon().name("keylane-probe").unstarted(task));
        thread.allowCoreThreadTimeOut(true);
    }

    @Override
    public void answerTo(Executor to) {
        asker = to;
    }

    @Override
    public boolean ask(String device, Consumer<Optional<Abilities>> answer) {
        Executor to = Objects.requireNonNull(asker, "nobody is there to hear answers");
        try {
            int round = leftOff.get();
            thread.execute(() -> run(device, round, found -> to.execute(() -> answer.accept(found))));
            return true;
        } catch (RejectedExecutionException tooMany) {
            if (!thread.isShutdown()) {
                LOG.warn("{} is not tried, too many devices wait for that", device);
            }
            return false;
        }
    }

    @Override
    public void leaveOff() {
        leftOff.incrementAndGet();
    }

    /** A failure is no answer, and must not be waited for. */
    private void run(String device, int round, Consumer<Optional<Abilities>> answer) {
        Optional<Abilities> abilities = Optional.empty();
        try {
            abilities = probe.of(device, () -> leftOff.get() != round);
        } catch (RuntimeException failed) {
            LOG.error("{} could not be tried", device, failed);
        }
        try {
            answer.accept(abilities);
        } catch (RejectedExecutionException stopped) {
            LOG.debug("{} was tried too late", device);
        }
    }

    /** Waits for the device to answer what it was asked last, but not for ever: what is left then is the next start's to remove. */
    @Override
    public void close() {
        leaveOff();
        thread.shutdown();
        try {
            if (!thread.awaitTermination(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.warn("a device that is being tried does not answer");
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** Devices. */
    private static final int WAITING = 64;
    private static final long IDLE_SECONDS = 10;
    private static final long PATIENCE_MILLIS = 700;
}
