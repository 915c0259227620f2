package dev.keylane.daemon.kernel;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.xfrm.SaSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Children that the core is done with. Most stay in the kernel a moment longer, as packets are under way.
 *
 * <p>Longest stay those whose peer has begun anew and says so (INITIAL_CONTACT, RFC 7296 §2.4). Its kernel may have kept
 * what its daemon has forgotten: until the new SAs are there it sends on the old ones, and takes what comes on them. What we
 * send goes over the new SAs as soon as there are any, as these have another number and the policies ask for that one; where
 * the number is configured, an old SA of a CPU goes at once, for it would keep the CPU's packets.
 */
final class Departures {
    private final ChildInstaller children;
    private final Set<Long> forgotten = new HashSet<>();
    private final Retiring<Long> replaced = new Retiring<>();
    private final Retiring<SaSpec> silenced = new Retiring<>();
    private final Retiring<Remembered> remembered = new Retiring<>(GRACE);
    private final Map<PlanKey, Set<Remembered>> rememberedBy = new HashMap<>();
    private final Retiring<SaSpec> listening = new Retiring<>(GRACE);
    private final Set<PlanKey> carrying = new HashSet<>();
    private final Retiring<ChildSa> waiting = new Retiring<>(WAIT);

    private record Remembered(PlanKey key, long child) {
    }

    Departures(ChildInstaller children) {
        this.children = children;
    }

    /** The peer of these has begun anew; told of before anything takes their place. */
    void announce(List<ChildSa> gone) {
        for (ChildSa child : gone) {
            forgotten.add(child.id());
            if (children.isPacketOffloaded(child.id())) {
                carrying.add(PlanKey.of(child));
            }
            children.renewReqid(child);
        }
    }

    /**
     * Whether a new child sends a moment later than it could: where our device encrypts, the peer's may decrypt, and what
     * comes before it has the SA is lost. Until then the peer's kernel takes what the old ones send.
     */
    boolean sendsLater(ChildSa fresh, Instant now) {
        boolean later = carrying.remove(PlanKey.of(fresh));
        if (later) {
            waiting.add(fresh, now);
        }
        return later;
    }

    /** Those that are to send from now on. */
    List<ChildSa> due(Instant now) {
        return waiting.due(now);
    }

    void remove(long child, Instant now) {
        if (forgotten.remove(child)) {
            remember(child, now);
        } else if (children.isReplaced(child) && !children.isPacketOffloaded(child)) {
            replaced.add(child, now);
        } else {
            children.silence(child).ifPresent(in -> silenced.add(in, now));
        }
    }

    private void remember(long child, Instant now) {
        children.find(child).map(old -> new Remembered(PlanKey.of(old.child()), child)).ifPresent(old -> {
            remembered.add(old, now);
            rememberedBy.computeIfAbsent(old.key(), _ -> new LinkedHashSet<>()).add(old);
            makeWay(old.key(), now);
        });
    }

    /** Another of these has come. */
    void makeWay(PlanKey key, Instant now) {
        rememberedBy.getOrDefault(key, Set.of()).stream().filter(old -> children.isInTheWay(old.child())).toList()
                .forEach(old -> {
                    forget(old);
                    remembered.remove(old);
                    children.silence(old.child()).ifPresent(in -> listening.add(in, now));
                });
    }

    /** With the last of them goes what the next could wait for. */
    private void forget(Remembered old) {
        rememberedBy.computeIfPresent(old.key(), (_, all) -> all.remove(old) && all.isEmpty() ? null : all);
        if (!rememberedBy.containsKey(old.key())) {
            carrying.remove(old.key());
        }
    }

    Optional<Instant> next() {
        return Stream.of(replaced.next(), silenced.next(), remembered.next(), listening.next(),
                        waiting.next()).flatMap(Optional::stream)
                .min(Instant::compareTo);
    }

    void onTime(Instant now) {
        replaced.due(now).forEach(children::remove);
        remembered.due(now).forEach(old -> {
            forget(old);
            children.remove(old.child());
        });
        silenced.due(now).forEach(children::remove);
        listening.due(now).forEach(children::remove);
    }

    /** All at once. */
    void close() {
        onTime(Instant.MAX);
    }

    /** For the answer to reach a daemon that has only just started, over a slow line, and for that to act on it. */
    static final Duration GRACE = Duration.ofSeconds(3);
    /** For the same, as far as the new SAs go: a JVM that has just started wants most of this on a busy machine. */
    static final Duration WAIT = Duration.ofSeconds(1);
}
