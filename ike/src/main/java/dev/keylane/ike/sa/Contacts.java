package dev.keylane.ike.sa;

import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.sa.IkeSaView.Ids;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;

/** The IKE SAs by whom they connect: what INITIAL_CONTACT speaks of, RFC 7296 §2.4. */
public final class Contacts {
    private final Map<Ids, Set<IkeSa>> established = new HashMap<>();
    private final Map<Ids, IkeSa> announcing = new HashMap<>();
    private final Queue<IkeSa> superseded = new ArrayDeque<>(0);

    void up(IkeSa sa) {
        announcing.values().remove(sa);
        established.computeIfAbsent(sa.ids(), _ -> new LinkedHashSet<>(2)).add(sa);
    }

    void down(IkeSa sa) {
        established.computeIfPresent(sa.ids(), (_, sas) -> {
            sas.remove(sa);
            return sas.isEmpty() ? null : sas;
        });
    }

    /**
     * Whether {@code sa} may say that it is the only one between these identities: none stands, and none that is under
     * way has said so before it. Two that start together must not close each other.
     */
    boolean announces(IkeSa sa, Identification own, Identification peer) {
        Ids ids = new Ids(own, peer);
        return !established.containsKey(ids) && announcing.putIfAbsent(ids, sa) == null;
    }

    /** An attempt came to nothing: the next one may say it again. */
    void failed(IkeSa sa) {
        announcing.values().remove(sa);
    }

    /**
     * The peer remembers none but {@code only}; the others between the same identities are to be closed. Those that have
     * only just come up stay: they were keyed while the peer said so.
     */
    void supersedeOthers(IkeSa only, Instant now) {
        for (IkeSa other : established.getOrDefault(only.ids(), Set.of())) {
            if (other != only && other.state() instanceof Established up && up.since().plus(CROSSING).isBefore(now)) {
                superseded.add(other);
            }
        }
    }

    /** One that is to be closed, for whoever files IKE SAs. */
    public Optional<IkeSa> takeSuperseded() {
        return Optional.ofNullable(superseded.poll());
    }

    public boolean isEmpty() {
        return established.isEmpty() && announcing.isEmpty() && superseded.isEmpty();
    }

    /** Longer than two handshakes that cross, shorter than a daemon's restart. */
    private static final Duration CROSSING = Duration.ofSeconds(2);
}
