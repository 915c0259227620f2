package dev.keylane.ike.endpoint;

import dev.keylane.ike.child.Path;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.HalfOpenLimits;
import dev.keylane.ike.sa.IkeSa;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The IKE SAs of an endpoint, found by number, by our SPI, by the two addresses, and by who is due next; half-open ones
 * by their first message, too.
 */
final class SaTable {
    private final Map<Long, Entry> byId = new LinkedHashMap<>();
    private final Map<Long, Entry> bySpi = new HashMap<>();
    private final Map<Addresses, List<IkeSa>> byAddresses = new HashMap<>();
    private final TreeSet<Due> queue = new TreeSet<>();
    private final HalfOpen halfOpen;

    SaTable(HalfOpenLimits limits) {
        this.halfOpen = new HalfOpen(limits);
    }

    private record Addresses(IpAddress local, IpAddress remote) {
        static Addresses of(Path path) {
            return new Addresses(path.local().address(), path.remote().address());
        }
    }

    /** An SA and where it is filed. */
    private static final class Entry {
        private final IkeSa sa;
        private HalfOpen.@Nullable InitKey init;
        private @Nullable Addresses addresses;
        private @Nullable Instant queued;

        Entry(IkeSa sa) {
            this.sa = sa;
        }
    }

    private record Due(Instant at, long id) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = at.compareTo(other.at);
            return byTime != 0 ? byTime : Long.compare(id, other.id);
        }
    }

    void add(IkeSa sa) {
        enter(sa);
    }

    /** One that a peer has asked for; until the peer has authenticated, it takes one of the places for those. */
    void add(IkeSa sa, HalfOpen.InitKey init, HalfOpen.Guest guest) {
        enter(sa).init = init;
        halfOpen.add(init, sa, guest);
    }

    private Entry enter(IkeSa sa) {
        Entry entry = new Entry(sa);
        byId.put(sa.id(), entry);
        bySpi.put(sa.localSpi(), entry);
        return entry;
    }

    /** Files one that another one's turn has made or changed. */
    void file(IkeSa sa) {
        if (!byId.containsKey(sa.id()) && !sa.isOver()) {
            add(sa);
        }
        settle(sa);
    }

    boolean isEmpty() {
        surface();
        return byId.isEmpty() && bySpi.isEmpty() && byAddresses.isEmpty() && queue.isEmpty()
                && halfOpen.size() == 0;
    }

    /** Files the SA anew after it has handled something. */
    void settle(IkeSa sa) {
        Entry entry = byId.get(sa.id());
        if (entry == null) {
            return;
        }
        if (!sa.isHalfOpen()) {
            forgetInit(entry);
        }
        if (sa.isOver()) {
            remove(entry);
            return;
        }
        fileAddresses(entry);
        sa.deadline().ifPresent(at -> enqueue(entry, at));
    }

    private void remove(Entry entry) {
        byId.remove(entry.sa.id());
        bySpi.remove(entry.sa.localSpi());
        unfileAddresses(entry);
        unqueue(entry);
    }

    private void forgetInit(Entry entry) {
        if (entry.init != null) {
            halfOpen.remove(entry.init);
            entry.init = null;
        }
    }

    private void fileAddresses(Entry entry) {
        Addresses addresses = Addresses.of(entry.sa.path());
        if (!addresses.equals(entry.addresses)) {
            unfileAddresses(entry);
            byAddresses.computeIfAbsent(addresses, _ -> new ArrayList<>(1)).add(entry.sa);
            entry.addresses = addresses;
        }
    }

    private void unfileAddresses(Entry entry) {
        if (entry.addresses != null) {
            byAddresses.computeIfPresent(entry.addresses,
                    (_, sas) -> sas.remove(entry.sa) && sas.isEmpty() ? null : sas);
            entry.addresses = null;
        }
    }

    /** Each has one place in the queue; a deadline that moved back, as most do, keeps its old one until it surfaces. */
    private void enqueue(Entry entry, Instant at) {
        if (entry.queued == null || at.isBefore(entry.queued)) {
            unqueue(entry);
            entry.queued = at;
            queue.add(new Due(at, entry.sa.id()));
        }
    }

    private void unqueue(Entry entry) {
        if (entry.queued != null) {
            queue.remove(new Due(entry.queued, entry.sa.id()));
            entry.queued = null;
        }
    }

    Optional<IkeSa> byId(long id) {
        return Optional.ofNullable(byId.get(id)).map(entry -> entry.sa);
    }

    Optional<IkeSa> bySpi(long spi) {
        return Optional.ofNullable(bySpi.get(spi)).map(entry -> entry.sa);
    }

    boolean isTaken(long spi) {
        return bySpi.containsKey(spi);
    }

    /** Those between the same two addresses, whatever their ports. */
    List<IkeSa> between(Path path) {
        return Collections.unmodifiableList(byAddresses.getOrDefault(Addresses.of(path), List.of()));
    }

    /** Oldest first. */
    Collection<IkeSa> all() {
        return byId.values().stream().map(entry -> entry.sa).toList();
    }

    HalfOpen halfOpen() {
        return halfOpen;
    }

    Optional<Instant> nextDue() {
        surface();
        return queue.isEmpty() ? Optional.empty() : Optional.of(queue.first().at());
    }

    /** Takes out the next SA whose time has come. */
    Optional<IkeSa> takeDue(Instant now) {
        surface();
        if (queue.isEmpty() || queue.first().at().isAfter(now)) {
            return Optional.empty();
        }
        Entry entry = byId.get(queue.first().id());
        unqueue(entry);
        return Optional.of(entry.sa);
    }

    /** Brings a true deadline to the head of the queue: what moved back is put there. */
    private void surface() {
        while (!queue.isEmpty()) {
            Entry entry = byId.get(queue.first().id());
            Optional<Instant> deadline = entry.sa.deadline();
            if (deadline.filter(queue.first().at()::equals).isPresent()) {
                return;
            }
            unqueue(entry);
            deadline.ifPresent(at -> enqueue(entry, at));
        }
    }
}
