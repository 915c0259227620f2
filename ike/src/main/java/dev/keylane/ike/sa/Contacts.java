package dev.keylane.ike.sa;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.sa.IkeSaView.Ids;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;

/** The IKE SAs by whom they connect: what INITIAL_CONTACT speaks of, RFC 7296 §2.4. */
public final class Contacts {
    private final Map<Ids, Set<IkeSa>> established = new HashMap<>();
    private final Map<Ids, IkeSa> announcing = new HashMap<>();
    private final Queue<IkeSa> superseded = new ArrayDeque<>(0);
    private final Map<IkeSa, Instant> retiring = new LinkedHashMap<>(0);

    void up(IkeSa sa) {
        announcing.values().remove(sa);
        established.computeIfAbsent(sa.ids(), _ -> new LinkedHashSet<>(2)).add(sa);
    }

    void down(IkeSa sa) {
        retiring.remove(sa);
        established.computeIfPresent(sa.ids(), (_, sas) -> {
            sas.remove(sa);
            return sas.isEmpty() ? null : sas;
        });
    }

    /** Rekeyed: if the old one was to make room for another, the heir is. */
    void replaced(IkeSa old, IkeSa heir) {
        Instant retirement = retiring.get(old);
        down(old);
        up(heir);
        if (retirement != null) {
            retiring.put(heir, retirement);
        }
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
     * The peer remembers none but this turn's; the others between the same identities are to be closed. Those that have
     * only just been authenticated stay: they were while the peer said so.
     */
    void supersedeOthers(Turn turn) {
        List<ChildSa> forgotten = new ArrayList<>(0);
        for (IkeSa other : established.getOrDefault(turn.sa().ids(), Set.of())) {
            if (other != turn.sa() && other.state() instanceof Established up
                    && up.authenticated().plus(CROSSING).isBefore(turn.now())) {
                superseded.add(other);
                up.children().views().forEach(child -> forgotten.add(child.sa()));
            }
        }
        if (!forgotten.isEmpty()) {
            turn.emit(new Effect.PeerForgot(forgotten));
        }
    }

    /** Whether one of this connection stands between these identities. */
    boolean stands(Ids ids, String connection) {
        return established.getOrDefault(ids, Set.of()).stream().anyMatch(sa -> isRival(sa, connection));
    }

    private static boolean isRival(IkeSa sa, String connection) {
        return sa.connectionName().equals(connection) && sa.state() instanceof Established up && !up.isClosing();
    }

    /**
     * {@code unique}: leaves one IKE SA of the connection between these identities. A new one takes the place of an
     * older one; of two that crossed, made by either side, both sides close the same one: that of the lower SPI.
     *
     * @param keep whether an older one goes before a new one
     */
    void makeUnique(Turn turn, boolean keep) {
        IkeSa fresh = turn.sa();
        Instant now = turn.now();
        for (IkeSa other : established.getOrDefault(fresh.ids(), Set.of())) {
            if (other == fresh || !isRival(other, fresh.connectionName()) || retiring.containsKey(other)) {
                continue;
            }
            boolean crossed = other.initiator() != fresh.initiator()
                    && other.state() instanceof Established up && up.authenticated().plus(CROSSING).isAfter(now);
            if (crossed) {
                boolean lower = Long.compareUnsigned(fresh.spiInitiator(), other.spiInitiator()) < 0;
                retiring.put(lower ? fresh : other, now.plus(HANDOVER));
            } else if (!keep) {
                turn.emit(new Effect.Alerted(Alert.UNIQUE_REPLACE, other.viewAlone()));
                retiring.put(other, now.plus(HANDOVER));
            }
        }
    }

    public Optional<Instant> nextRetirement() {
        return retiring.values().stream().min(Comparator.naturalOrder());
    }

    /** One whose place another has taken, and which is to be closed now. */
    public Optional<IkeSa> takeRetired(Instant now) {
        Optional<IkeSa> due = retiring.entrySet().stream().filter(entry -> !entry.getValue().isAfter(now))
                .map(Map.Entry::getKey).findFirst();
        due.ifPresent(retiring::remove);
        return due;
    }

    /** One that is to be closed, for whoever files IKE SAs. */
    public Optional<IkeSa> takeSuperseded() {
        return Optional.ofNullable(superseded.poll());
    }

    public boolean isEmpty() {
        return retiring.isEmpty() && established.isEmpty() && announcing.isEmpty() && superseded.isEmpty();
    }

    /** Longer than two handshakes that cross, shorter than a daemon's restart. */
    private static final Duration CROSSING = Duration.ofSeconds(2);
    /** Until the newer one has its children. */
    private static final Duration HANDOVER = Duration.ofSeconds(1);
}
