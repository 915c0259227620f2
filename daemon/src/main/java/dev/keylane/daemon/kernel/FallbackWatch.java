package dev.keylane.daemon.kernel;

import dev.keylane.pcpu.CpuSet;
import dev.keylane.xfrm.Mark;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the fallback SAs of those plans watched that want to know who sends over them. */
final class FallbackWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final SendingCpus sending;
    private final Map<LivePlan, Watched> plans = new HashMap<>();
    private final Map<SaId, LivePlan> bySa = new HashMap<>();
    private final Set<LivePlan> lost = new HashSet<>();
    private final Set<String> said = new HashSet<>();
    private Instant look = Instant.MAX;
    private String lastLoss = "";

    /**
     * @param sas   what is watched now, by the SA's name
     * @param cpus  those that the plan wants to hear of
     * @param heard those that have sent since they came into {@code cpus}, or have sent although they are not in it
     */
    private record Watched(Map<SaId, SaSpec> sas, CpuSet cpus, Set<Integer> heard) {
        static final Watched NOTHING = new Watched(Map.of(), CpuSet.EMPTY, new HashSet<>());
    }

    FallbackWatch(SendingCpus sending) {
        this.sending = sending;
    }

    void listen(SendingCpus.Listener listener) {
        sending.listen(listener);
    }

    boolean isPossible() {
        return sending.reasonAgainst().isEmpty();
    }

    /** How it is learned which CPUs of a plan send. */
    String how(LivePlan live) {
        return sending.isNeedless() ? "kernel" : isPossible() && !isLost(live) ? "program" : "acquires";
    }

    /** From now on the plan hears of these CPUs; of one it has not heard of since it is among them. */
    void observe(LivePlan live, CpuSet cpus) {
        Watched before = plans.getOrDefault(live, Watched.NOTHING);
        Set<Integer> heard = new HashSet<>(before.heard());
        List<Integer> fresh = cpus.stream().filter(cpu -> !before.cpus().contains(cpu)).boxed().toList();
        boolean again = heard.removeAll(fresh);
        plans.put(live, new Watched(before.sas(), cpus, heard));
        if (again) {
            before.sas().keySet().forEach(sending::again);
        }
    }

    /**
     * Watches the plan's fallback SAs as they are now, and no others.
     *
     * @return whether that is impossible; then none is watched
     */
    boolean follow(LivePlan live, Instant now) {
        Watched before = plans.getOrDefault(live, Watched.NOTHING);
        Map<SaId, SaSpec> wanted = before.cpus().isEmpty() ? Map.of() : fallbacks(live);
        if (wanted.equals(before.sas())) {
            return false;
        }
        for (SaSpec sa : wanted.values()) {
            Optional<String> failure = before.sas().containsValue(sa) ? Optional.empty() : sending.watch(sa);
            if (failure.isPresent()) {
                wanted.keySet().forEach(sending::unwatch);
                lose(live, failure.get());
                return true;
            }
        }
        before.sas().keySet().stream().filter(sa -> !wanted.containsKey(sa)).forEach(this::forget);
        wanted.keySet().forEach(sa -> bySa.put(sa, live));
        if (before.cpus().isEmpty()) {
            plans.remove(live);
        } else {
            plans.put(live, new Watched(wanted, before.cpus(), before.heard()));
        }
        if (!bySa.isEmpty()) {
            look = look.equals(Instant.MAX) ? now.plus(LOOK) : look;
        }
        return false;
    }

    /** The plan that wants to hear that this CPU sends. */
    Optional<LivePlan> sends(SaId outbound, int cpu) {
        LivePlan live = bySa.get(outbound);
        if (live == null) {
            return Optional.empty();
        }
        Watched watched = plans.get(live);
        return watched.heard().add(cpu) && watched.cpus().contains(cpu) ? Optional.of(live) : Optional.empty();
    }

    /** CPUs that have sent over the plan's fallback SAs. */
    CpuSet senders(LivePlan live) {
        return CpuSet.of(plans.getOrDefault(live, Watched.NOTHING).sas().keySet().stream()
                .flatMap(sa -> sending.packets(sa).keySet().stream()).mapToInt(Integer::intValue).distinct().toArray());
    }

    boolean isLost(LivePlan live) {
        return lost.contains(live);
    }

    List<String> devices() {
        return sending.devices();
    }

    /** Why not all can be watched; empty when they can. */
    String problem() {
        return sending.isNeedless() ? "" : sending.problem().orElse(lost.isEmpty() ? "" : lastLoss);
    }

    /** Whether it could not be watched; it may be tried again after this. */
    boolean wasLost(LivePlan live) {
        return lost.remove(live);
    }

    /** Plans whose SAs cannot be watched any more. */
    Set<LivePlan> onTime(Instant now) {
        if (look.isAfter(now)) {
            return Set.of();
        }
        look = bySa.isEmpty() ? Instant.MAX : now.plus(LOOK);
        Set<LivePlan> gone = new HashSet<>();
        for (SendingCpus.Lost each : sending.look()) {
            LivePlan live = bySa.get(each.outbound());
            if (live != null) {
                lose(live, each.reason());
                gone.add(live);
            }
        }
        return gone;
    }

    Optional<Instant> nextTimeout() {
        return Optional.of(look).filter(time -> !time.equals(Instant.MAX));
    }

    void forget(LivePlan live) {
        plans.getOrDefault(live, Watched.NOTHING).sas().keySet().forEach(this::forget);
        plans.remove(live);
        lost.remove(live);
    }

    private void forget(SaId sa) {
        sending.unwatch(sa);
        bySa.remove(sa);
    }

    private void lose(LivePlan live, String reason) {
        forget(live);
        lost.add(live);
        lastLoss = reason;
        if (said.size() < MOST_SAID && said.add(reason)) {
            LOG.warn("CPUs that send to {} are found by the kernel's acquires, which costs packets: {}",
                    live.key.peer(), reason);
        }
    }

    private static Map<SaId, SaSpec> fallbacks(LivePlan live) {
        return live.fallbacks().stream().map(child -> child.pair().out())
                .collect(Collectors.toMap(sa -> key(sa.id()), sa -> sa, (first, _) -> first, LinkedHashMap::new));
    }

    private static SaId key(SaId id) {
        return new SaId(id.destination(), id.spi(), id.protocol(), Mark.NONE);
    }

    @Override
    public void close() {
        sending.close();
    }

    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final int MOST_SAID = 100;
}
