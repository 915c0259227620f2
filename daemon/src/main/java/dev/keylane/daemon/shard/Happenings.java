package dev.keylane.daemon.shard;

import dev.keylane.daemon.control.Happening;
import dev.keylane.daemon.control.Happening.Kind;
import dev.keylane.daemon.control.Outcome;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.sa.ChildSaView;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.IkeSaView;
import dev.keylane.pcpu.CpuSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The last things that happened to SAs of connections, and to the configuration; strangers cannot make any. SAs of many CPUs that come up together
 * are one. On the shard's thread.
 */
final class Happenings {
    private final Deque<Happening> latest = new ArrayDeque<>();

    void on(Effect effect, Instant now) {
        switch (effect) {
            case Effect.IkeUp(IkeSaView sa) -> add(ike(Kind.IKE_UP, sa, "", now));
            case Effect.IkeRekeyed(_, IkeSaView fresh) -> add(ike(Kind.IKE_REKEYED, fresh, "", now));
            case Effect.IkeDown(IkeSaView sa, String reason) -> down(sa, reason, now);
            case Effect.ChildUp(IkeSaView sa, ChildSaView child, _) -> add(child(Kind.CHILD_UP, sa, child, "", now));
            case Effect.ChildDown(IkeSaView sa, ChildSaView child, String reason) ->
                    add(child(Kind.CHILD_DOWN, sa, child, reason, now));
            case Effect.ChildFailed failed -> add(new Happening(now, Kind.CHILD_FAILED, failed.connection(), failed.child(),
                    cpus(failed.resource()), 1, "", failed.reason()));
            case Effect.Network _, Effect.RunCrypto _, Effect.Kernel _, Effect.Report _ -> {
            }
        }
    }

    void reloaded(Outcome outcome, Instant now) {
        add(switch (outcome) {
            case Outcome.Done _ -> new Happening(now, Kind.RELOADED, "", "", CpuSet.EMPTY, 1, "", "");
            case Outcome.Failed(String message) -> new Happening(now, Kind.RELOAD_FAILED, "", "", CpuSet.EMPTY, 1, "", message);
        });
    }

    /** One that was never established is a stranger's, or its children have failed. */
    private void down(IkeSaView sa, String reason, Instant now) {
        if (sa.established() != null) {
            add(ike(Kind.IKE_DOWN, sa, reason, now));
        }
    }

    private static Happening ike(Kind kind, IkeSaView sa, String reason, Instant now) {
        return new Happening(now, kind, sa.connection(), "", CpuSet.EMPTY, 1, sa.path().remote().address().toString(), reason);
    }

    private static Happening child(Kind kind, IkeSaView sa, ChildSaView child, String reason, Instant now) {
        return new Happening(now, kind, sa.connection(), child.sa().name(), cpus(child.sa().resource()), 1,
                sa.path().remote().address().toString(), reason);
    }

    private static CpuSet cpus(Resource resource) {
        return resource.isBound() ? CpuSet.of(resource.cpu()) : CpuSet.EMPTY;
    }

    private void add(Happening next) {
        Happening last = latest.peekFirst();
        if (last != null && isMore(last, next)) {
            latest.removeFirst();
            CpuSet both = CpuSet.of(IntStream.concat(last.cpus().stream(), next.cpus().stream()).toArray());
            latest.addFirst(new Happening(next.at(), next.kind(), next.connection(), next.child(), both, last.times() + 1,
                    next.peer(), next.reason()));
            return;
        }
        latest.addFirst(next);
        if (latest.size() > MOST) {
            latest.removeLast();
        }
    }

    private static boolean isMore(Happening last, Happening next) {
        return last.kind() == next.kind() && last.connection().equals(next.connection())
                && last.child().equals(next.child()) && last.peer().equals(next.peer()) && last.reason().equals(next.reason())
                && last.cpus().isEmpty() == next.cpus().isEmpty() && last.at().plus(TOGETHER).isAfter(next.at());
    }

    List<Happening> latest() {
        return List.copyOf(latest);
    }

    private static final int MOST = 100;
    private static final Duration TOGETHER = Duration.ofSeconds(3);
}
