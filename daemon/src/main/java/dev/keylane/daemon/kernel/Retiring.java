package dev.keylane.daemon.kernel;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is of no more use but stays in the kernel a moment longer. Children that have been replaced: a CPU may have chosen
 * the old SA for a packet it has not encrypted yet, and the kernel would refuse that packet (XfrmOutStateInvalid). Inbound
 * SAs of CPUs: packets are under way.
 */
final class Retiring<T> {
    private final Duration grace;
    private final Map<T, Instant> ends = new LinkedHashMap<>();

    Retiring() {
        this(GRACE);
    }

    Retiring(Duration grace) {
        this.grace = grace;
    }

    void add(T one, Instant now) {
        ends.put(one, now.plus(grace));
    }

    void remove(T one) {
        ends.remove(one);
    }

    Optional<Instant> next() {
        return ends.values().stream().findFirst();
    }

    /** Those whose time is over; they are forgotten here. */
    List<T> due(Instant now) {
        List<T> due = new ArrayList<>();
        Iterator<Map.Entry<T, Instant>> oldest = ends.entrySet().iterator();
        while (oldest.hasNext()) {
            Map.Entry<T, Instant> entry = oldest.next();
            if (entry.getValue().isAfter(now)) {
                break;
            }
            due.add(entry.getKey());
            oldest.remove();
        }
        return due;
    }

    /** Far longer than a packet's way through the machine, far shorter than a lifetime. */
    static final Duration GRACE = Duration.ofMillis(200);
}
