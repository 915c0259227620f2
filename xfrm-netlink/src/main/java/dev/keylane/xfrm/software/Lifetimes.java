package dev.keylane.xfrm.software;

import dev.keylane.xfrm.Lifetime;
import dev.keylane.xfrm.XfrmEvent;
import java.time.Duration;

/** Soft limits are told once; hard ones take the state away. */
final class Lifetimes {
    private final Tables tables;
    private final EventPump events;
    private final Timers timers;

    Lifetimes(Tables tables, EventPump events, Timers timers) {
        this.tables = tables;
        this.events = events;
        this.timers = timers;
    }

    /** Starts the clocks of a new state, under the tables' lock. */
    void arm(SaState state) {
        Lifetime limits = state.spec().lifetime();
        if (limits.softSeconds() > 0) {
            state.timers().add(timers.after(Duration.ofSeconds(limits.softSeconds()), () -> soft(state)));
        }
        if (limits.hardSeconds() > 0) {
            state.timers().add(timers.after(Duration.ofSeconds(limits.hardSeconds()), () -> hard(state)));
        }
    }

    /** Counts a packet; false when a hard limit leaves no room for it. As in Linux, limits are read beforehand. */
    boolean admit(SaState state, int octets) {
        Lifetime limits = state.spec().lifetime();
        long packetsBefore = state.countPacket();
        long octetsBefore = state.countOctets(octets);
        if (reached(limits.hardPackets(), packetsBefore) || reached(limits.hardBytes(), octetsBefore)) {
            hard(state);
            return false;
        }
        if (reached(limits.softPackets(), packetsBefore) || reached(limits.softBytes(), octetsBefore)) {
            soft(state);
        }
        return true;
    }

    private static boolean reached(long limit, long count) {
        return limit != 0 && Long.compareUnsigned(count, limit) >= 0;
    }

    private void soft(SaState state) {
        if (state.startDying() && tables.sad().find(state.spec().id()) == state) {
            events.raise(expire(state, false));
        }
    }

    private void hard(SaState state) {
        if (remove(state)) {
            events.raise(expire(state, true));
        }
    }

    /** Takes a state out of use; false when somebody else has. */
    boolean remove(SaState state) {
        tables.lock().lock();
        try {
            if (!tables.sad().remove(state)) {
                return false;
            }
            state.timers().forEach(Timers.Timer::cancel);
        } finally {
            tables.lock().unlock();
        }
        state.keys().retire();
        return true;
    }

    private static XfrmEvent.Expire expire(SaState state, boolean hard) {
        return new XfrmEvent.Expire(state.spec().id(), state.spec().reqid(), state.spec().cpu(), hard);
    }
}
