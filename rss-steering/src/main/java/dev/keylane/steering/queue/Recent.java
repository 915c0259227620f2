package dev.keylane.steering.queue;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/** What the system said some seconds ago at most; reading it for each of many SAs made at once would take long. */
public final class Recent<T> {
    public static final Duration FRESH = Duration.ofSeconds(5);

    private final Supplier<T> reader;
    private final InstantSource clock;
    private Optional<Read<T>> last = Optional.empty();

    private record Read<T>(T value, Instant at) {
    }

    public Recent(Supplier<T> reader, InstantSource clock) {
        this.reader = reader;
        this.clock = clock;
    }

    public T get() {
        Instant now = clock.instant();
        Read<T> read = last.filter(before -> isFresh(before, now)).orElseGet(() -> new Read<>(reader.get(), now));
        last = Optional.of(read);
        return read.value();
    }

    private static <T> boolean isFresh(Read<T> read, Instant now) {
        return !now.isBefore(read.at()) && Duration.between(read.at(), now).compareTo(FRESH) < 0;
    }
}
