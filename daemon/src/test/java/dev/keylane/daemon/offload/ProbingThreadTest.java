package dev.keylane.daemon.offload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.offload.Abilities.Verdict;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A device takes its time, and nobody else has to. */
@Timeout(20)
class ProbingThreadTest {
    private static final Map<Ability, Verdict> ALL = Stream.of(Ability.values())
            .collect(Collectors.toMap(ability -> ability, _ -> new Verdict(true, "")));
    private final BlockingQueue<Runnable> answers = new ArrayBlockingQueue<>(100);

    @Test
    void theAnswerComesLaterToWhomeverItIsToBeGiven() throws InterruptedException {
        CountDownLatch slow = new CountDownLatch(1);
        try (ProbingThread probing = probing((device, _) -> {
            await(slow);
            return Optional.of(new Abilities(device, Thread.currentThread().getName(), ALL));
        })) {
            AtomicReference<Optional<Abilities>> heard = new AtomicReference<>();
            assertThat(probing.ask("eth7", heard::set)).isTrue();
            assertThat(answers.poll(50, TimeUnit.MILLISECONDS)).isNull();
            slow.countDown();
            answers.take().run();
            assertThat(heard.get()).hasValue(new Abilities("eth7", "keylane-probe", ALL));
        }
    }

    @Test
    void aFailureIsAnAnswerToo() throws InterruptedException {
        try (ProbingThread probing = probing((_, _) -> {
            throw new IllegalStateException("no socket");
        })) {
            AtomicReference<Optional<Abilities>> heard = new AtomicReference<>();
            probing.ask("eth7", heard::set);
            answers.take().run();
            assertThat(heard.get()).isEmpty();
        }
    }

    @Test
    void whoStopsWaitsUntilItHasLeftOff() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        boolean[] tidied = {false};
        ProbingThread probing = probing((_, stop) -> {
            begun.countDown();
            while (!stop.getAsBoolean()) {
                Thread.onSpinWait();
            }
            tidied[0] = true;
            return Optional.empty();
        });
        probing.ask("eth7", _ -> { });
        begun.await();
        probing.close();
        assertThat(tidied[0]).isTrue();
        assertThat(probing.ask("eth7", _ -> { })).as("after that").isFalse();
    }

    @Test
    void whatNobodyWantsAnyMoreIsNotTriedToTheEnd() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        try (ProbingThread probing = probing((device, stop) -> {
            begun.countDown();
            while (!device.equals("eth9") && !stop.getAsBoolean()) {
                Thread.onSpinWait();
            }
            return stop.getAsBoolean() ? Optional.empty() : Optional.of(new Abilities(device, "", ALL));
        })) {
            AtomicReference<Optional<Abilities>> heard = new AtomicReference<>();
            probing.ask("eth7", heard::set);
            begun.await();
            probing.ask("eth8", _ -> { });
            probing.leaveOff();
            probing.ask("eth9", heard::set);
            answers.take().run();
            assertThat(heard.get()).isEmpty();
            answers.take().run();
            answers.take().run();
            assertThat(heard.get()).isPresent();
        }
    }

    @Test
    void oneThatNeverAnswersIsNotWaitedForForEver() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        ProbingThread probing = probing((_, _) -> {
            begun.countDown();
            await(never);
            return Optional.empty();
        });
        probing.ask("eth7", _ -> { });
        begun.await();
        long before = System.nanoTime();
        probing.close();
        assertThat(System.nanoTime() - before).isLessThan(TimeUnit.SECONDS.toNanos(5));
        never.countDown();
    }

    @Test
    void notAnyNumberOfThemWaits() {
        CountDownLatch slow = new CountDownLatch(1);
        try (ProbingThread probing = probing((_, _) -> {
            await(slow);
            return Optional.empty();
        })) {
            assertThat(Stream.iterate(0, n -> n + 1).limit(1000).filter(n -> probing.ask("eth" + n, _ -> { })).count())
                    .isBetween(64L, 65L);
            slow.countDown();
        }
    }

    private ProbingThread probing(ProbingThread.Probe probe) {
        ProbingThread probing = new ProbingThread(probe);
        probing.answerTo(answers::add);
        return probing;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stop) {
            throw new IllegalStateException(stop);
        }
    }
}
