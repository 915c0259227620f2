package dev.keylane.xfrm.software;

import dev.keylane.xfrm.software.packet.Flow;
import dev.keylane.xfrm.software.packet.IpPacket;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Packets of one policy that wait for a state. They leave in their order: from the moment a state is about to be
 * installed until the last of them is gone, further packets of the same CPU to the same state queue up behind them. No
 * lock is held while a packet is sent, so the queue may grow meanwhile, to sixteen times what may wait; beyond that,
 * order is given up rather than the packet.
 */
final class Backlog {
    private enum Phase { IDLE, FLUSH_DUE, FLUSHING }

    record Entry(Wanted wanted, Flow flow, int cpu, IpPacket packet) {
        boolean precedes(Wanted other, int otherCpu) {
            return cpu == otherCpu && wanted.equals(other);
        }
    }

    private final int limit;
    private final int order;
    private final OpenBacklogs all;
    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private Phase phase = Phase.IDLE;
    private @Nullable Entry sending;
    /** What senders look at before they take the lock. */
    private volatile boolean open;

    /**
     * @param limit packets that may wait
     * @param order of its policy
     * @param all   where it is as long as packets wait
     */
    Backlog(int limit, int order, OpenBacklogs all) {
        this.limit = limit;
        this.order = order;
        this.all = all;
    }

    boolean isOpen() {
        return open;
    }

    /** Keeps a packet without a state; false when there is no room. */
    boolean add(Wanted wanted, Flow flow, int cpu, IpPacket packet) {
        return add(limit, wanted, flow, cpu, packet);
    }

    private synchronized boolean add(int room, Wanted wanted, Flow flow, int cpu, IpPacket packet) {
        if (entries.size() >= room) {
            return false;
        }
        entries.add(new Entry(wanted, flow, cpu, packet.copy()));
        open(true);
        return true;
    }

    /** Keeps a packet that has a state by now, if it would overtake another one. */
    boolean join(Wanted wanted, Flow flow, int cpu, IpPacket packet) {
        return open && joinBehind(wanted, flow, cpu, packet);
    }

    private synchronized boolean joinBehind(Wanted wanted, Flow flow, int cpu, IpPacket packet) {
        return phase != Phase.IDLE && isBehind(wanted, cpu)
                && add(limit * GROWTH, wanted, flow, cpu, packet);
    }

    private boolean isBehind(Wanted wanted, int cpu) {
        return sending != null && sending.precedes(wanted, cpu)
                || entries.stream().anyMatch(e -> e.precedes(wanted, cpu));
    }

    /** A state is about to appear, and {@link #flush} will be called afterwards. */
    void announceFlush() {
        if (open) {
            holdBack();
        }
    }

    private synchronized void holdBack() {
        if (phase == Phase.IDLE && !entries.isEmpty()) {
            phase = Phase.FLUSH_DUE;
        }
    }

    /** Sends what can be sent, in order; does nothing while another thread does so. */
    void flush(Predicate<Entry> sendable, Consumer<Entry> send) {
        if (!begin()) {
            return;
        }
        try {
            for (Entry entry = next(sendable); entry != null; entry = next(sendable)) {
                send.accept(entry);
            }
        } finally {
            finish();
        }
    }

    private synchronized boolean begin() {
        if (phase == Phase.FLUSHING) {
            return false;
        }
        phase = Phase.FLUSHING;
        return true;
    }

    private synchronized @Nullable Entry next(Predicate<Entry> sendable) {
        sending = null;
        for (Iterator<Entry> each = entries.iterator(); each.hasNext();) {
            Entry entry = each.next();
            if (sendable.test(entry)) {
                each.remove();
                sending = entry;
                return entry;
            }
        }
        finish();
        return null;
    }

    private synchronized void finish() {
        phase = Phase.IDLE;
        sending = null;
        open(!entries.isEmpty());
    }

    /** Forgets packets; answers how many. */
    synchronized int drop(Predicate<Entry> lost) {
        int before = entries.size();
        entries.removeIf(lost);
        open(!entries.isEmpty() || phase == Phase.FLUSHING);
        return before - entries.size();
    }

    /** Under this backlog's lock, so that it is among the open ones whenever it is open. */
    private void open(boolean now) {
        if (now && !open) {
            all.opened(order, this);
        } else if (open && !now) {
            all.closed(order);
        }
        open = now;
    }

    private static final int GROWTH = 16;
}
