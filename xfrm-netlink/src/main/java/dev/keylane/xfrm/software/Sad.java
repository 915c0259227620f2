package dev.keylane.xfrm.software;

import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.software.packet.Flow;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The states. Readers take no lock; whoever adds or removes holds the tables' lock. States that could stand in for each
 * other form a chain, newest first, which is replaced as a whole.
 */
final class Sad {
    private final ConcurrentHashMap<SaId, SaState> byId = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Wanted.Chain, List<SaState>> chains = new ConcurrentHashMap<>();

    @Nullable SaState find(SaId id) {
        return byId.get(id);
    }

    /** The state that carries a packet of {@code cpu}, null when there is none. */
    @Nullable SaState choose(Wanted wanted, Flow flow, int cpu) {
        List<SaState> chain = chains.get(wanted.chain());
        return chain == null ? null : StateChoice.choose(chain, wanted, flow, cpu);
    }

    void add(SaState state) {
        byId.put(state.spec().id(), state);
        if (carriesUnmarked(state.spec())) {
            chains.compute(Wanted.Chain.of(state.spec()), (key, old) -> prepend(state, old));
        }
    }

    /** Files a state under another name and other end points; senders find it throughout. */
    void move(SaState state, SaSpec to) {
        SaSpec from = state.spec();
        boolean otherChain = carriesUnmarked(from) && !Wanted.Chain.of(from).equals(Wanted.Chain.of(to));
        state.move(to);
        byId.put(to.id(), state);
        if (otherChain) {
            chains.compute(Wanted.Chain.of(to), (key, old) -> prepend(state, old));
            chains.computeIfPresent(Wanted.Chain.of(from), (key, old) -> without(state, old));
        }
        if (!to.id().equals(from.id())) {
            byId.remove(from.id(), state);
        }
    }

    /** Whether it was there still. */
    boolean remove(SaState state) {
        if (!byId.remove(state.spec().id(), state)) {
            return false;
        }
        chains.computeIfPresent(Wanted.Chain.of(state.spec()), (key, old) -> without(state, old));
        return true;
    }

    List<SaState> all() {
        return List.copyOf(byId.values());
    }

    /** Packets have no mark and no interface, so a state that asks for one is only kept. */
    private static boolean carriesUnmarked(SaSpec sa) {
        return sa.options().ifId() == 0 && sa.id().mark().value() == 0;
    }

    private static List<SaState> prepend(SaState state, @Nullable List<SaState> old) {
        List<SaState> chain = new ArrayList<>();
        chain.add(state);
        if (old != null) {
            chain.addAll(old);
        }
        return List.copyOf(chain);
    }

    private static @Nullable List<SaState> without(SaState state, List<SaState> old) {
        List<SaState> chain = old.stream().filter(s -> s != state).toList();
        return chain.isEmpty() ? null : List.copyOf(chain);
    }
}
