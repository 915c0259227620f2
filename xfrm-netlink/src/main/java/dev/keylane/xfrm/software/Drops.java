package dev.keylane.xfrm.software;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what went nowhere. */
final class Drops {
    private final Map<DropReason, LongAdder> counts = new EnumMap<>(DropReason.class);

    Drops() {
        for (DropReason reason : DropReason.values()) {
            counts.put(reason, new LongAdder());
        }
    }

    void add(DropReason reason) {
        add(reason, 1);
    }

    void add(DropReason reason, int packets) {
        counts.get(reason).add(packets);
    }

    Map<DropReason, Long> snapshot() {
        Map<DropReason, Long> now = new EnumMap<>(DropReason.class);
        counts.forEach((reason, count) -> now.put(reason, count.sum()));
        return now;
    }
}
