package dev.keylane.xfrm.software;

import java.util.Collection;
import java.util.concurrent.ConcurrentSkipListMap;

/** The backlogs in which packets wait, that of the oldest policy first: few of the many that there are. */
final class OpenBacklogs {
    private final ConcurrentSkipListMap<Integer, Backlog> byOrder = new ConcurrentSkipListMap<>();

    void opened(int order, Backlog backlog) {
        byOrder.put(order, backlog);
    }

    void closed(int order) {
        byOrder.remove(order);
    }

    /** As they are while they are gone through. */
    Collection<Backlog> all() {
        return byOrder.values();
    }
}
