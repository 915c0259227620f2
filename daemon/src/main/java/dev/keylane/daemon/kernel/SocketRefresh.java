package dev.keylane.daemon.kernel;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Plans whose connected sockets are to find the SA of their CPU. To make them look, policies are replaced by themselves,
 * and with each of them Linux lets all sockets of the network namespace look their routes up anew. So what comes together
 * is done together: while 64 CPUs get their SAs, a few times and not 64. Until then a socket goes on over the fallback.
 */
final class SocketRefresh {
    private final Set<LivePlan> plans = new LinkedHashSet<>();
    private Instant at = Instant.MAX;

    void add(LivePlan live, Instant now) {
        if (plans.isEmpty()) {
            at = now.plus(TOGETHER);
        }
        plans.add(live);
    }

    Optional<Instant> next() {
        return plans.isEmpty() ? Optional.empty() : Optional.of(at);
    }

    /** Those whose time has come; they are forgotten here. */
    List<LivePlan> due(Instant now) {
        if (plans.isEmpty() || at.isAfter(now)) {
            return List.of();
        }
        List<LivePlan> due = new ArrayList<>(plans);
        plans.clear();
        return due;
    }

    /** It is gone, or its policies have been replaced meanwhile. */
    void forget(LivePlan live) {
        plans.remove(live);
    }

    static final Duration TOGETHER = Duration.ofMillis(50);
}
