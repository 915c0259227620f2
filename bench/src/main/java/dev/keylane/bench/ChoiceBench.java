package dev.keylane.bench;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.steering.NumberChoice;
import dev.keylane.steering.Outcome;
import dev.keylane.steering.Rejection;
import dev.keylane.steering.Steering;
import dev.keylane.steering.rss.SpiStrategy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** What it costs to choose an SPI that the device's hash puts on a CPU. */
final class ChoiceBench {
    private static final int ROUNDS = 20;
    private static final int WARM = 8;
    private static final int CHOICES = 20_000;
    private static final int READS = 20;

    private ChoiceBench() {
    }

    /**
     * @param micros CPU time of one choice, in each round
     * @param draws  random numbers for one choice
     * @param read   CPU time to read anew what the device does, us, in each round
     */
    record Line(int queues, boolean v4, List<Double> micros, double draws, List<Double> read) {
    }

    static Line of(int queues, boolean v4) {
        BenchCard card = BenchCard.of(queues);
        Path root = card.root();
        try {
            SpiStrategy strategy = new SpiStrategy(card, root, () -> Instant.EPOCH);
            long[] draws = {0};
            List<Double> micros = new ArrayList<>();
            List<Double> reads = new ArrayList<>();
            Random random = new Random(5);
            for (int round = 0; round < ROUNDS; round++) {
                double read = read(strategy);
                double cost = choose(attached(strategy), queues, v4, random, draws);
                if (round >= WARM) {
                    micros.add(cost);
                    reads.add(read);
                }
            }
            return new Line(queues, v4, micros, draws[0] / (double) (ROUNDS * CHOICES), reads);
        } finally {
            delete(root);
        }
    }

    private static double choose(NumberChoice numbers, int queues, boolean v4, Random random, long[] draws) {
        IpAddress local = v4 ? Frames.HERE : Frames.HERE6;
        IpAddress peer = v4 ? Frames.THERE : Frames.THERE6;
        long from = CpuTime.ofThread();
        for (int i = 0; i < CHOICES; i++) {
            value(numbers.spi(peer, local, i % queues, () -> {
                draws[0]++;
                return random.nextInt();
            }));
        }
        return (CpuTime.ofThread() - from) / 1e3 / CHOICES;
    }

    private static double read(SpiStrategy strategy) {
        long from = CpuTime.ofThread();
        for (int i = 0; i < READS; i++) {
            strategy.examine(BenchCard.DEVICE);
        }
        return (CpuTime.ofThread() - from) / 1e3 / READS;
    }

    private static NumberChoice attached(SpiStrategy strategy) {
        try (Steering steering = value(strategy.attach(BenchCard.DEVICE))) {
            return steering.numbers().orElseThrow();
        }
    }

    private static <T> T value(Outcome<T> outcome) {
        return switch (outcome) {
            case Outcome.Done<T>(T value) -> value;
            case Outcome.Rejected<T>(Rejection reason) -> throw new IllegalStateException(reason.text());
        };
    }

    private static void delete(Path root) {
        try (var files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
