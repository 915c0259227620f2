package dev.keylane.xfrm.software;

import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.software.packet.Flow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which state carries a packet: one bound to the sending CPU before one bound to none, one within its soft limits
 * before one beyond them, the newest among equals. A state bound to another CPU is never taken.
 */
final class StateChoice {
    private StateChoice() {
    }

    /**
     * @param chain newest first
     */
    static @Nullable SaState choose(List<SaState> chain, Wanted wanted, Flow flow, int cpu) {
        SaState best = null;
        for (int i = 0; i < chain.size(); i++) {
            SaState state = chain.get(i);
            if (applies(state.spec(), wanted, flow, cpu) && (best == null || better(state, best))) {
                best = state;
            }
        }
        return best;
    }

    private static boolean applies(SaSpec sa, Wanted wanted, Flow flow, int cpu) {
        return (sa.cpu() == SaSpec.NO_CPU || sa.cpu() == cpu) && wanted.fitsSource(sa) && matches(sa, flow);
    }

    /** A selector of any address says nothing about the family, so that a tunnel carries both. */
    static boolean matches(SaSpec sa, Flow flow) {
        return isAny(sa) || flow.matches(sa.selector());
    }

    private static boolean isAny(SaSpec sa) {
        return sa.selector().equals(ANY_V4) || sa.selector().equals(ANY_V6);
    }

    private static boolean better(SaState state, SaState best) {
        boolean bound = state.spec().cpu() != SaSpec.NO_CPU;
        boolean bestBound = best.spec().cpu() != SaSpec.NO_CPU;
        return bound != bestBound ? bound : best.isDying() && !state.isDying();
    }

    private static final Selector ANY_V4 = Selector.any(true);
    private static final Selector ANY_V6 = Selector.any(false);
}
