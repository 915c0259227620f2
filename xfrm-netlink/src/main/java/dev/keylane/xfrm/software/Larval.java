package dev.keylane.xfrm.software;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.SaSpec;

/**
 * An acquire that waits for its state.
 *
 * @param seq what a state must carry to answer it, unless it fits anyway
 */
record Larval(Key key, int seq) {
    /**
     * @param cpu that must have a state of its own, or {@link SaSpec#NO_CPU}
     */
    record Key(Wanted wanted, int cpu) {
    }

    /** The rule of Linux: number and CPU are the same, or everything else is. */
    boolean isAnsweredBy(SaSpec sa) {
        if (sa.cpu() != key.cpu() || !sa.id().destination().equals(key.wanted().chain().destination())) {
            return false;
        }
        return sa.seq() == seq || key.wanted().fits(sa);
    }

    SaId id() {
        return SaId.esp(key.wanted().chain().destination(), 0);
    }

    SaInfo info() {
        IpAddress source = key.wanted().source();
        return new SaInfo(id(), source, null, key.wanted().chain().mode(), key.wanted().chain().reqid(), key.cpu(),
                false, new SaInfo.Counters(0, 0, 0, 0), 0, null, null, true);
    }
}
