package dev.keylane.ike.sa;

import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.sa.IkeSaView.Ids;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.stream.Stream;

/** The established IKE SAs by whom they connect: what INITIAL_CONTACT speaks of, RFC 7296 §2.4. */
public final class Contacts {
    private final Map<Ids, List<IkeSa>> established = new HashMap<>();
    private final Queue<IkeSa> superseded = new ArrayDeque<>(0);

    void up(IkeSa sa) {
        established.merge(sa.ids(), List.of(sa), (before, one) -> Stream.concat(before.stream(), one.stream()).toList());
    }

    void down(IkeSa sa) {
        established.computeIfPresent(sa.ids(), (_, sas) -> {
            List<IkeSa> others = sas.stream().filter(other -> other != sa).toList();
            return others.isEmpty() ? null : others;
        });
    }

    boolean has(Identification own, Identification peer) {
        return established.containsKey(new Ids(own, peer));
    }

    /** The peer remembers none but {@code only}; the others between the same identities are to be closed. */
    void supersedeOthers(IkeSa only) {
        established.getOrDefault(only.ids(), List.of()).stream().filter(other -> other != only)
                .forEach(superseded::add);
    }

    /** One that is to be closed, for whoever files IKE SAs. */
    public Optional<IkeSa> takeSuperseded() {
        return Optional.ofNullable(superseded.poll());
    }

    public boolean isEmpty() {
        return established.isEmpty() && superseded.isEmpty();
    }
}
