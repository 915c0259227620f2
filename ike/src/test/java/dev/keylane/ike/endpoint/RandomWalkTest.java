package dev.keylane.ike.endpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.jspecify.annotations.Nullable;

/**
 * Whatever is asked for, in whatever order and weather: after the storm both kernels agree pair by pair, every CPU's
 * packets get through, and when all is closed nothing is left. {@code -Dwalk.seeds=N} walks as often, {@code
 * -Dwalk.seed=S} tells one walk as it goes.
 */
class RandomWalkTest {
    private static final long SEEDS = 2000;

    /** @param failure null when all was well */
    private record Result(long seed, long events, @Nullable Throwable failure) {
    }

    @Test
    void bothAgreeAfterTheStormAndNothingIsLeft() {
        Long one = Long.getLong("walk.seed");
        long first = one == null ? 1 : one;
        long seeds = one == null ? Long.getLong("walk.seeds", SEEDS) : 1;
        List<Result> results = LongStream.range(first, first + seeds).parallel().mapToObj(seed ->
                walk(seed, one == null ? WalkTrace.SILENT : new WalkTrace(System.out))).toList();
        List<Throwable> failures = new ArrayList<>();
        for (Result result : results) {
            if (result.failure() != null) {
                failures.add(result.failure());
                System.out.println("walk: seed " + result.seed() + " diverged: " + result.failure().getMessage().strip()
                        + "\nwalk: replay it with ./mvnw -q -pl ike test -Dwalk.seed=" + result.seed());
            }
        }
        System.out.println("walk: " + seeds + " seeds, " + results.stream().mapToLong(Result::events).sum() + " events, "
                + failures.size() + " diverged");
        if (!failures.isEmpty()) {
            AssertionError all = new AssertionError(failures.size() + " of " + seeds + " walks diverged");
            failures.stream().limit(MOST_SHOWN).forEach(all::addSuppressed);
            throw all;
        }
    }

    private static Result walk(long seed, WalkTrace trace) {
        try {
            return new Result(seed, new Walk(seed, trace).run(), null);
        } catch (AssertionError | RuntimeException diverged) {
            return new Result(seed, 0, diverged);
        }
    }

    private static final int MOST_SHOWN = 10;
}
