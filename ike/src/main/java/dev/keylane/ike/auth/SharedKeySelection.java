package dev.keylane.ike.auth;

import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.policy.SharedKey;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which shared key two identities use. Owners may name either side; a key without owners is everybody's. The key whose
 * owner fits the peer best wins, then the one whose owner fits us best, then the one loaded first: strongSwan's rule.
 */
public final class SharedKeySelection {
    private SharedKeySelection() {
    }

    public static Optional<SharedKey> find(List<SharedKey> keys, Identification own, Identification peer) {
        return candidates(keys, own, peer).stream().findFirst();
    }

    /** Every key that either identity has a claim to, the best first. */
    public static List<SharedKey> candidates(List<SharedKey> keys, Identification own, Identification peer) {
        return keys.stream()
                .map(key -> new Claim(key, best(key, own), best(key, peer)))
                .filter(claim -> claim.own != IdentificationMatch.NONE || claim.peer != IdentificationMatch.NONE)
                .sorted(BEST_FIRST)
                .map(Claim::key)
                .toList();
    }

    private static int best(SharedKey key, Identification id) {
        return key.owners().isEmpty()
                ? IdentificationMatch.ANYBODY
                : key.owners().stream().mapToInt(owner -> IdentificationMatch.rank(owner, id)).max().orElseThrow();
    }

    private record Claim(SharedKey key, int own, int peer) {
    }

    /** The sort is stable, so equal claims keep the order in which they were loaded. */
    private static final Comparator<Claim> BEST_FIRST =
            Comparator.comparingInt(Claim::peer).thenComparingInt(Claim::own).reversed();
}
