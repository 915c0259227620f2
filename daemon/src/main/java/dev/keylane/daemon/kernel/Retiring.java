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
 * Children that have been replaced and stay in the kernel a moment longer: a CPU may have chosen the old SA for a packet
 * it has not encrypted yet, and the kernel would refuse that packet (XfrmOutStateInvalid).
 */
final class Retiring {
    private final Map<Long, Instant> ends = new LinkedHashMap<>();

    void add(long child, Instant now) {
        ends.put(child, now.plus(GRACE));
    }

    Optional<Instant> next() {
        return ends.values().stream().findFirst();
    }

    /** Those whose time is over; they are forgotten here. */
    List<Long> due(Instant now) {
        List<Long> due = new ArrayList<>();
        Iterator<Map.Entry<Long, Instant>> oldest = ends.entrySet().iterator();
        while (oldest.hasNext()) {
            Map.Entry<Long, Instant> entry = oldest.next();
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
