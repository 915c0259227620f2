package dev.keylane.daemon.kernel;

import dev.keylane.daemon.offload.DeviceAbilities;
import dev.keylane.daemon.offload.Grant;
import dev.keylane.daemon.offload.OffloadReport;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.sa.Event;
import dev.keylane.xfrm.PolicyId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds devices that take SAs and do nothing, or that have forgotten them. Outbound, the kernel looks a policy up for packets
 * again and again, and the counters of the SAs behind it stand still; inbound, the kernel itself decrypts by an SA that is
 * the device's. Drivers bring counters up to date within a second or so, hence a doubt takes several looks. Packets that find
 * no neighbour look the same, and are as lost.
 */
final class IdleCounters {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final ChildInstaller children;
    private final OffloadReport report;
    private final DeviceAbilities abilities;
    private final UseReading reading;
    private final VolumeLimits volumes;
    private final BiFunction<String, Instant, List<Event>> renewal;
    private final Map<String, Instant> renewed = new HashMap<>();
    private final Map<List<PolicyId>, Instant> healed = new HashMap<>();
    /** Devices that have sent something in the time that a doubt takes. */
    private final Map<String, Instant> sent = new HashMap<>();
    private final Map<List<PolicyId>, Look> looks = new HashMap<>();
    private int behind;
    private Instant next = Instant.MAX;

    /**
     * @param device that has the SAs
     * @param use    as it was read
     * @param moved  whether the device had sent something since the look before
     * @param idle   looks in a row that found the policy used and nothing sent
     * @param deaf   looks in a row that found the kernel decrypting
     */
    private record Look(String device, UseReading.Use use, boolean moved, int idle, int deaf) {
        Look then(UseReading.Use now) {
            boolean silent = now.packets() == use.packets();
            boolean asked = now.policyUsed() > use.policyUsed();
            return new Look(device, now, !silent, silent && asked ? idle + 1 : silent ? idle : 0,
                    now.decryptedHere() > use.decryptedHere() && use.children().equals(now.children()) ? deaf + 1 : 0);
        }

        boolean begins() {
            return idle == DOUBTFUL && deaf < DOUBTFUL || deaf == DOUBTFUL && idle < DOUBTFUL;
        }

        boolean doubtful() {
            return idle >= DOUBTFUL || deaf >= DOUBTFUL;
        }
    }

    /**
     * @param renewal takes out what a device has, or seems to have, and keys it anew
     */
    IdleCounters(KernelWriter writer, ChildInstaller children, OffloadReport report, DeviceAbilities abilities,
                 HostNetwork network, BiFunction<String, Instant, List<Event>> renewal) {
        this.children = children;
        this.report = report;
        this.abilities = abilities;
        this.renewal = renewal;
        this.volumes = new VolumeLimits(network);
        this.reading = new UseReading(writer, volumes);
    }

    /**
     * A child was installed: from now on there may be something to look at. What was seen of its policies while they were those
     * of others, which are gone, says nothing about it.
     */
    void on(InstalledChild child, Instant now) {
        Look before = looks.get(child.leading());
        if (before != null && before.use().children().stream().allMatch(other -> children.find(other).isEmpty())) {
            looks.remove(child.leading());
        }
        if (child.packetOffload() && next.equals(Instant.MAX)) {
            next = now.plus(PERIOD);
        }
    }

    Optional<Instant> nextTimeout() {
        return next.equals(Instant.MAX) ? Optional.empty() : Optional.of(next);
    }

    List<Event> onTime(Instant now) {
        if (next.isAfter(now)) {
            return List.of();
        }
        Map<List<PolicyId>, List<InstalledChild>> groups = groups();
        next = groups.isEmpty() ? Instant.MAX : now.plus(PERIOD);
        looks.keySet().retainAll(groups.keySet());
        volumes.keepOnly(children.all().stream().map(child -> child.child().id()).collect(Collectors.toSet()));
        List<Event> events = new ArrayList<>();
        List<List<PolicyId>> turn = turn(List.copyOf(groups.keySet()));
        turn.forEach(policies -> look(policies, groups.get(policies), events));
        turn.stream().map(looks::get).filter(Look::moved).forEach(look -> sent.put(look.device(), now));
        sent.values().removeIf(when -> !when.isAfter(now.minus(PERIOD.multipliedBy(DOUBTFUL))));
        turn.forEach(policies -> judge(groups.get(policies), looks.get(policies), sent.keySet(), now, events));
        return events;
    }

    private void look(List<PolicyId> policies, List<InstalledChild> users, List<Event> events) {
        UseReading.Use use = reading.of(policies, users, events);
        Look before = looks.get(policies);
        looks.put(policies, before == null ? new Look(users.getFirst().grant().device(), use, false, 0, 0) : before.then(use));
    }

    /** Where there are many, each has its turn. */
    private List<List<PolicyId>> turn(List<List<PolicyId>> all) {
        int from = behind < all.size() ? behind : 0;
        int to = Math.min(all.size(), from + LOOKED_AT);
        behind = to;
        return all.subList(from, to);
    }

    /** Those that the same policies lead to: each lane for itself, as a device may forget one of many. */
    private Map<List<PolicyId>, List<InstalledChild>> groups() {
        Map<List<PolicyId>, List<InstalledChild>> groups = new LinkedHashMap<>();
        for (InstalledChild child : children.all()) {
            if (child.packetOffload() && !child.leading().isEmpty()) {
                groups.computeIfAbsent(child.leading(), _ -> new ArrayList<>()).add(child);
            }
        }
        return groups;
    }

    /** @param working devices that have sent something in the time that a doubt takes */
    private void judge(List<InstalledChild> users, Look look, Set<String> working, Instant now, List<Event> events) {
        if (look.begins()) {
            warn(users.getFirst(), look);
        }
        boolean again = look.idle() > 0 && look.idle() % DOUBTFUL == 0 || look.deaf() > 0 && look.deaf() % DOUBTFUL == 0;
        if (look.doubtful() && again) {
            leave(users, look, working.contains(look.device()), now, events);
        }
        for (InstalledChild child : users) {
            Grant grant = child.grant();
            if (grant.isDoubted() != look.doubtful()) {
                children.regrant(child.child().id(), look.doubtful() ? grant.doubted() : grant.trusted());
            }
        }
    }

    /**
     * A device that does nothing is left by all that can. Where one cannot, it may have forgotten what it had, and what it sends is in
     * the clear: so it gets all of it anew, but not again and again. Where it works for others it may have forgotten these SAs,
     * which new ones heal; or their path fragments, which nothing here does.
     */
    private void leave(List<InstalledChild> users, Look look, boolean works, Instant now, List<Event> events) {
        if (works) {
            if (look.idle() >= DOUBTFUL) {
                boolean again = mayHeal(users.getFirst().leading(), now);
                users.stream().filter(child -> again || !insists(child)).forEach(child -> anew(child, events));
            }
            return;
        }
        String device = look.device();
        if (now.equals(renewed.get(device))) {
            return;
        }
        boolean first = abilities.isTrusted(device);
        abilities.distrust(device);
        List<InstalledChild> all = (first ? children.all() : users).stream()
                .filter(one -> one.packetOffload() && one.grant().device().equals(device)).toList();
        if (look.idle() >= DOUBTFUL && mayRenew(device, now) && all.stream().anyMatch(IdleCounters::insists)) {
            renewed.put(device, now);
            events.addAll(renewal.apply(device, now));
        } else {
            all.stream().filter(one -> one.grant().asked() == HwOffload.AUTO).forEach(one -> anew(one, events));
        }
    }

    private boolean mayRenew(String device, Instant now) {
        Instant last = renewed.get(device);
        return last == null || !now.isBefore(last.plus(RENEWAL));
    }

    /** Not over and over: a neighbour that is missing looks the same. */
    private boolean mayHeal(List<PolicyId> policies, Instant now) {
        healed.values().removeIf(last -> !now.isBefore(last.plus(RENEWAL)));
        return healed.putIfAbsent(policies, now) == null;
    }

    private static boolean insists(InstalledChild child) {
        return child.grant().asked() == HwOffload.PACKET;
    }

    private void warn(InstalledChild first, Look look) {
        String device = look.device();
        String child = first.child().name() + "{" + first.child().id() + "}";
        if (look.idle() == DOUBTFUL) {
            LOG.warn("{}: SAs in packet offload are used, but {} packets are all that {} has counted: it encrypts nothing, or "
                    + "has forgotten them (CHILD_SA {})", device, look.use().packets(), device, child);
        } else {
            LOG.warn("{}: SAs in packet offload are decrypted by the kernel: {} does nothing with them, or has forgotten them"
                    + " (CHILD_SA {})", device, device, child);
        }
        report.doubt(device);
    }

    /** By new keys, whose SAs are made in software where the device is not trusted: those that were in the device are not to be used again. */
    private static void anew(InstalledChild child, List<Event> events) {
        long id = child.child().id();
        events.add(child.child().resource().isBound() ? new Event.TerminateChild(0, id, false) : new Event.RekeyChild(0, id));
    }

    private static final Duration PERIOD = Duration.ofSeconds(3);
    /** A liar is not worth more. */
    private static final Duration RENEWAL = Duration.ofMinutes(10);
    private static final int DOUBTFUL = 3;
    /** Groups a round. */
    private static final int LOOKED_AT = 256;
}
