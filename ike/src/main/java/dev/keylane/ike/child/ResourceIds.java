package dev.keylane.ike.child;

import dev.keylane.ike.crypto.RandomSource;
import dev.keylane.ike.wire.Octets;
import java.util.HashMap;
import java.util.Map;

/**
 * What peers are told instead of CPU numbers. RFC 9611 §5.1: the identifier should be unique among the SAs of the same
 * selectors and should not tell hardware facts, so it is drawn by lot, once for each CPU: it is steady through rekeys of
 * Child SAs and of IKE SAs, and the same to all peers.
 */
public final class ResourceIds {
    private final RandomSource random;
    private final Map<Integer, Octets> byCpu = new HashMap<>(0);

    public ResourceIds(RandomSource random) {
        this.random = random;
    }

    Octets of(int cpu) {
        return byCpu.computeIfAbsent(cpu, _ -> fresh());
    }

    private Octets fresh() {
        Octets id;
        do {
            id = random.octets(LENGTH);
        } while (byCpu.containsValue(id));
        return id;
    }

    /** strongSwan logs identifiers of this length as numbers. */
    private static final int LENGTH = 4;
}
