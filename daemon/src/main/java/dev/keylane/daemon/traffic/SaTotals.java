package dev.keylane.daemon.traffic;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.sa.Effect;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaInfo;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What our Child SAs have carried, by what they are for. Those that are gone are in it with what they had counted when they
 * were removed, or where the kernel or a device has removed them by itself, when they were last looked at. For any thread.
 */
public final class SaTotals {
    private final Map<Name, Sa> standing = new HashMap<>();
    private final Map<Series, Carried> ended = new HashMap<>();
    private long overruns;

    /** Our own SPIs are unique without their marks. */
    private record Name(IpAddress destination, int spi) {
        static Name of(SaId id) {
            return new Name(id.destination(), id.spi());
        }
    }

    /** @param series null until it is known what it is for */
    private record Sa(@Nullable Series series, boolean inbound, boolean inKernel, Carried carried) {
        static final Sa UNKNOWN = new Sa(null, false, false, Carried.NOTHING);

        Sa installed() {
            return new Sa(series, inbound, true, carried);
        }

        Sa as(Series what, boolean in) {
            return new Sa(what, in, inKernel, carried);
        }

        Sa seen(SaInfo.Counters counters) {
            return series == null ? this : new Sa(series, inbound, inKernel, Carried.by(counters, inbound).atLeast(carried));
        }
    }

    /**
     * Learns what SAs are for.
     *
     * @param lanes tells by its id whether a child is for a lane
     */
    public void on(Effect effect, LongPredicate lanes) {
        switch (effect) {
            case Effect.ChildUp up -> up(up.child().sa(), lanes.test(up.child().sa().id()));
            case Effect.ChildDown down -> down(down.child().sa());
            case Effect.Network _, Effect.RunCrypto _, Effect.Kernel _, Effect.Report _ -> {
            }
        }
    }

    private synchronized void up(ChildSa child, boolean isLane) {
        Series series = Series.of(child, isLane);
        standing.merge(in(child), Sa.UNKNOWN.as(series, true), (sa, _) -> sa.as(series, true));
        standing.merge(out(child), Sa.UNKNOWN.as(series, false), (sa, _) -> sa.as(series, false));
        ended.putIfAbsent(series, Carried.NOTHING);
    }

    /** Its SAs may stay in the kernel a moment longer; one that never came there is not waited for. */
    private synchronized void down(ChildSa child) {
        for (Name name : List.of(in(child), out(child))) {
            standing.computeIfPresent(name, (_, sa) -> sa.inKernel() ? sa : null);
        }
    }

    private static Name in(ChildSa child) {
        return new Name(child.path().local().address(), child.terms().spiIn());
    }

    private static Name out(ChildSa child) {
        return new Name(child.path().remote().address(), child.terms().spiOut());
    }

    synchronized void installed(SaId id) {
        standing.merge(Name.of(id), Sa.UNKNOWN.installed(), (sa, _) -> sa.installed());
    }

    /** Whether it matters what it has counted. */
    synchronized boolean counts(SaId id) {
        return standing.getOrDefault(Name.of(id), Sa.UNKNOWN).series() != null;
    }

    /** @param last null where it cannot be asked any more */
    synchronized void removed(SaId id, SaInfo.@Nullable Counters last) {
        Sa sa = standing.remove(Name.of(id));
        if (sa != null && sa.series() != null) {
            ended.merge(sa.series(), last == null ? sa.carried() : sa.seen(last).carried(), Carried::plus);
        }
    }

    synchronized void moved(SaId from, SaId to) {
        Sa sa = standing.remove(Name.of(from));
        if (sa != null) {
            standing.put(Name.of(to), sa);
        }
    }

    synchronized void overrun() {
        overruns++;
    }

    /** How often the kernel had more to tell than it could. */
    public synchronized long overruns() {
        return overruns;
    }

    /** @param sas all there are, others' among them */
    public Map<Series, Carried> look(List<SaInfo> sas) {
        // In pieces, for whoever installs SAs waits meanwhile.
        for (int from = 0; from < sas.size(); from += PIECE) {
            see(sas.subList(from, Math.min(sas.size(), from + PIECE)));
        }
        Map<Series, Carried> all;
        List<Sa> now;
        synchronized (this) {
            all = new HashMap<>(ended);
            now = List.copyOf(standing.values());
        }
        for (Sa sa : now) {
            if (sa.series() != null) {
                all.merge(sa.series(), sa.carried(), Carried::plus);
            }
        }
        return all;
    }

    private synchronized void see(List<SaInfo> sas) {
        for (SaInfo info : sas) {
            standing.computeIfPresent(Name.of(info.id()), (_, sa) -> sa.seen(info.counters()));
        }
    }

    /**
     * Forgets what has been carried for children that are configured no more, and have no SAs.
     *
     * @param configured to be quick about it: whoever installs SAs waits
     */
    public synchronized void keepOnly(Predicate<Series> configured) {
        Set<Series> used = new HashSet<>();
        standing.values().forEach(sa -> {
            if (sa.series() != null) {
                used.add(sa.series());
            }
        });
        ended.keySet().removeIf(series -> !configured.test(series) && !used.contains(series));
    }

    private static final int PIECE = 512;
}
