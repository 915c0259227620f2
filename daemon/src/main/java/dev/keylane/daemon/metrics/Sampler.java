package dev.keylane.daemon.metrics;

import dev.keylane.daemon.control.Activity;
import dev.keylane.daemon.control.Control;
import dev.keylane.daemon.control.Status;
import dev.keylane.daemon.metrics.Sample.Before;
import dev.keylane.daemon.traffic.Carried;
import dev.keylane.daemon.traffic.KernelReader;
import dev.keylane.daemon.traffic.KernelReader.Reading;
import dev.keylane.daemon.traffic.SaTotals;
import dev.keylane.daemon.traffic.Series;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Takes samples, when somebody asks for one. A daemon that is busy is waited for a moment, and then shown as it was the last
 * time it answered; it has one question at a time before it. What the kernel counts is read here, by the caller's thread.
 */
public final class Sampler implements AutoCloseable {
    private final Control control;
    private final KernelReader reader;
    private final SaTotals totals;
    private final InstantSource clock;
    private CompletableFuture<Status> asking = CompletableFuture.failedFuture(new IllegalStateException("not asked yet"));
    private @Nullable Status status;
    private @Nullable Sample last;
    private Optional<Before> before = Optional.empty();

    public Sampler(Control control, KernelReader reader, SaTotals totals, InstantSource clock) {
        this.control = control;
        this.reader = reader;
        this.totals = totals;
        this.clock = clock;
    }

    /** One that was taken just now, by another caller perhaps; empty when the daemon has never answered. */
    public synchronized Optional<Sample> take() {
        Instant now = clock.instant();
        Sample fresh = last;
        if (fresh != null && !now.isBefore(fresh.taken()) && fresh.taken().plus(FRESH).isAfter(now)) {
            return Optional.of(fresh);
        }
        Status answered = ask();
        if (answered == null) {
            return Optional.empty();
        }
        last = read(answered, clock.instant());
        return Optional.of(last);
    }

    private @Nullable Status ask() {
        if (asking.isDone()) {
            status = late();
            asking = control.status().toCompletableFuture();
        }
        try {
            status = asking.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException busy) {
            return status;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return status;
    }

    /** What came when nobody waited any more: a daemon that is slow each time would never be shown otherwise. */
    private @Nullable Status late() {
        return asking.isCompletedExceptionally() ? status : asking.join();
    }

    private Sample read(Status answered, Instant now) {
        Reading reading = Reading.NOTHING;
        String problem = "";
        try {
            reading = reader.read();
        } catch (IOException refused) {
            problem = String.valueOf(refused.getMessage());
        }
        Set<Activity.Child> configured = new HashSet<>();
        answered.connections().forEach(connection -> connection.children().forEach(child ->
                configured.add(new Activity.Child(connection.name(), child.name()))));
        totals.keepOnly(series -> configured.contains(new Activity.Child(series.connection(), series.child())));
        Map<Series, Carried> carried = totals.look(reading.sas());
        before = before.filter(then -> then.taken().plus(OLD).isAfter(now));
        Sample sample = new Sample(now, answered, carried, reading, totals.overruns(), problem, before(now));
        if (before.isEmpty() || before.get().taken().plus(APART).isBefore(now)) {
            before = Optional.of(new Before(now, carried));
        }
        return sample;
    }

    /** What was carried in a blink says little about a second. */
    private Optional<Before> before(Instant now) {
        return before.filter(then -> !then.taken().plus(SHORTEST).isAfter(now));
    }

    @Override
    public synchronized void close() {
        reader.close();
    }

    private static final Duration PATIENCE = Duration.ofMillis(200);
    private static final Duration FRESH = Duration.ofMillis(200);
    private static final Duration SHORTEST = Duration.ofMillis(900);
    private static final Duration APART = Duration.ofMillis(1500);
    private static final Duration OLD = Duration.ofMinutes(2);
}
