package dev.keylane.xfrm.software;

import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmEvent;
import dev.keylane.xfrm.software.packet.Flow;
import dev.keylane.xfrm.software.packet.IpPacket;
import java.time.Duration;

/** Asks for states that packets lack. */
final class Acquires {
    private final Tables tables;
    private final EventPump events;
    private final Timers timers;
    private final Duration expires;
    private final Runnable afterExpiry;

    /** What became of a packet without a state. */
    enum Wait { WAITS, LOOK_AGAIN, FULL, NOBODY_LISTENS }

    /**
     * @param afterExpiry looks after the packets that waited
     */
    Acquires(Tables tables, EventPump events, SoftwareSettings settings, Runnable afterExpiry) {
        this.tables = tables;
        this.events = events;
        this.timers = settings.timers();
        this.expires = settings.acquireExpires();
        this.afterExpiry = afterExpiry;
    }

    /** Asks for a state that any CPU may use, and keeps the packet. */
    Wait waitFor(Policy policy, Wanted wanted, Flow flow, int cpu, IpPacket packet) {
        tables.lock().lock();
        try {
            boolean policyChanged = tables.spd().get(policy.spec().id()) != policy;
            if (policyChanged || tables.sad().choose(wanted, flow, cpu) != null) {
                return Wait.LOOK_AGAIN;
            }
            if (!events.isHeard()) {
                return Wait.NOBODY_LISTENS;
            }
            return ask(policy, new Larval.Key(wanted, SaSpec.NO_CPU), flow)
                    && policy.backlog().add(wanted, flow, cpu, packet) ? Wait.WAITS : Wait.FULL;
        } finally {
            tables.lock().unlock();
        }
    }

    /** Asks once for a state of that CPU's own, while another one carries its packets. */
    void askForCpu(Policy policy, Wanted wanted, Flow flow, int cpu) {
        Larval.Key key = new Larval.Key(wanted, cpu);
        if (tables.larvals().isPending(key) || !events.isHeard()) {
            return;
        }
        tables.lock().lock();
        try {
            Policy now = tables.spd().get(policy.spec().id());
            SaState state = tables.sad().choose(wanted, flow, cpu);
            if (now != null && now.spec().cpuAcquire() && state != null && state.spec().cpu() != cpu) {
                ask(policy, key, flow);
            }
        } finally {
            tables.lock().unlock();
        }
    }

    private boolean ask(Policy policy, Larval.Key key, Flow flow) {
        if (tables.larvals().isPending(key)) {
            return true;
        }
        if (tables.larvals().isFull()) {
            return false;
        }
        Larval larval = tables.larvals().add(key, l -> timers.after(expires, () -> expire(l)));
        Wanted wanted = key.wanted();
        events.raise(new XfrmEvent.Acquire(policy.spec().id(), policy.index(), wanted.source(),
                wanted.chain().destination(), flow.selector(), wanted.chain().reqid(), key.cpu(), larval.seq()));
        return true;
    }

    private void expire(Larval larval) {
        tables.lock().lock();
        try {
            if (!tables.larvals().remove(larval)) {
                return;
            }
            events.raise(new XfrmEvent.Expire(larval.id(), larval.key().wanted().chain().reqid(),
                    larval.key().cpu(), true));
        } finally {
            tables.lock().unlock();
        }
        afterExpiry.run();
    }
}
