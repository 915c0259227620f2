package dev.keylane.xfrm.software;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Time that stands still until it is told to pass; due work runs on the thread that tells. */
public final class ManualTimers implements Timers {
    private final List<Due> waiting = new ArrayList<>();
    private Duration now = Duration.ZERO;

    private record Due(Duration at, Runnable work) {
    }

    @Override
    public synchronized long unixSeconds() {
        return now.toSeconds();
    }

    @Override
    public synchronized Timer after(Duration delay, Runnable work) {
        Due due = new Due(now.plus(delay), work);
        waiting.add(due);
        return () -> forget(due);
    }

    private synchronized void forget(Due due) {
        waiting.removeIf(d -> d == due);
    }

    public synchronized int pending() {
        return waiting.size();
    }

    public void pass(Duration time) {
        Duration until;
        synchronized (this) {
            until = now.plus(time);
        }
        for (Due due = takeDue(until); due != null; due = takeDue(until)) {
            due.work().run();
        }
        synchronized (this) {
            now = until;
        }
    }

    private synchronized @Nullable Due takeDue(Duration until) {
        Due first = waiting.stream().filter(d -> d.at().compareTo(until) <= 0)
                .min(Comparator.comparing(Due::at)).orElse(null);
        if (first != null) {
            waiting.removeIf(d -> d == first);
            now = first.at();
        }
        return first;
    }
}
