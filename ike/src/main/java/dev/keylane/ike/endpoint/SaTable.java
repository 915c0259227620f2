package dev.keylane.ike.endpoint;

import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.sa.IkeSa;
import dev.keylane.ike.wire.Octets;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** The IKE SAs of an endpoint, found by number, by our SPI or by their first message, and by who is due next. */
final class SaTable {
    private final Map<Long, IkeSa> byId = new LinkedHashMap<>();
    private final Map<Long, IkeSa> bySpi = new HashMap<>();
    private final Map<InitKey, IkeSa> byInit = new HashMap<>();
    private final Map<IkeSa, InitKey> initOf = new HashMap<>();
    private final Map<Long, Instant> dueOf = new HashMap<>();
    private final PriorityQueue<Due> due = new PriorityQueue<>();
    private int halfOpen;
    private long lastId;

    /** RFC 7296 §2.1: the same IKE_SA_INIT is not known by its SPI alone; peers may choose the same one. */
    record InitKey(long spiInitiator, IpEndpoint remote, Octets nonce) {
    }

    private record Due(Instant at, long id) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            return at.compareTo(other.at);
        }
    }

    long nextId() {
        return ++lastId;
    }

    void add(IkeSa sa, @Nullable InitKey key) {
        byId.put(sa.id(), sa);
        bySpi.put(sa.localSpi(), sa);
        if (key != null) {
            byInit.put(key, sa);
            initOf.put(sa, key);
            halfOpen++;
        }
    }

    /** Files the SA anew after it has handled something. */
    void settle(IkeSa sa) {
        if (!sa.isHalfOpen()) {
            forgetInit(sa);
        }
        if (sa.isOver()) {
            byId.remove(sa.id());
            bySpi.remove(sa.localSpi());
            dueOf.remove(sa.id());
            return;
        }
        Optional<Instant> next = sa.deadline();
        if (next.isEmpty()) {
            dueOf.remove(sa.id());
        } else if (!next.get().equals(dueOf.put(sa.id(), next.get()))) {
            due.add(new Due(next.get(), sa.id()));
        }
    }

    private void forgetInit(IkeSa sa) {
        InitKey key = initOf.remove(sa);
        if (key != null) {
            byInit.remove(key);
            halfOpen--;
        }
    }

    Optional<IkeSa> byId(long id) {
        return Optional.ofNullable(byId.get(id));
    }

    Optional<IkeSa> bySpi(long spi) {
        return Optional.ofNullable(bySpi.get(spi));
    }

    boolean isTaken(long spi) {
        return spi == 0 || bySpi.containsKey(spi);
    }

    Optional<IkeSa> byInit(InitKey key) {
        return Optional.ofNullable(byInit.get(key));
    }

    Collection<IkeSa> all() {
        return byId.values();
    }

    int halfOpen() {
        return halfOpen;
    }

    Optional<Instant> nextDue() {
        dropStale();
        return Optional.ofNullable(due.peek()).map(Due::at);
    }

    /** Takes out the next SA whose time has come. */
    Optional<IkeSa> takeDue(Instant now) {
        dropStale();
        Due first = due.peek();
        if (first == null || first.at().isAfter(now)) {
            return Optional.empty();
        }
        due.remove();
        dueOf.remove(first.id());
        return byId(first.id());
    }

    /** Entries that were replaced stay in the queue until they surface. */
    private void dropStale() {
        Due first = due.peek();
        while (first != null && !first.at().equals(dueOf.get(first.id()))) {
            due.remove();
            first = due.peek();
        }
    }
}
