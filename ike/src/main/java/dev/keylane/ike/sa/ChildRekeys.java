package dev.keylane.ike.sa;

import dev.keylane.ike.wire.Octets;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Rekeyings of Child SAs, ours and the peer's, by the SA they replace: RFC 7296 §2.8 and §2.8.1. */
final class ChildRekeys {
    private final Map<Long, Rekey> byOld = new HashMap<>(0);
    private final Map<Long, Retry> retries = new HashMap<>(0);
    private final Map<Long, Instant> incomplete = new LinkedHashMap<>(0);

    /**
     * @param child        the new SA
     * @param lowestNonce  the lower one of the exchange's two nonces
     */
    record Replacement(long child, Octets lowestNonce) {
        static Replacement of(long child, Octets nonceI, Octets nonceR) {
            return new Replacement(child, nonceI.compareTo(nonceR) < 0 ? nonceI : nonceR);
        }
    }

    /** What we have to delete now that our exchange is complete. */
    enum Verdict {
        OLD, OURS
    }

    /**
     * @param ours whether an exchange of ours is under way
     */
    private record Rekey(boolean ours, @Nullable Replacement theirs) {
        Rekey withOurs(boolean underWay) {
            return new Rekey(underWay, theirs);
        }
    }

    private record Retry(int failures, Instant at) {
    }

    void begun(long old) {
        byOld.merge(old, new Rekey(true, null), (rekey, _) -> rekey.withOurs(true));
        retries.computeIfPresent(old, (_, retry) -> new Retry(retry.failures(), Instant.MAX));
    }

    /** The peer has replaced the SA; the outbound half of the new one is yet to be installed. */
    void theirs(long old, Replacement replacement, Instant now) {
        incomplete.put(replacement.child(), now.plus(PATIENCE));
        byOld.merge(old, new Rekey(false, replacement), (rekey, theirs) -> new Rekey(rekey.ours(), theirs.theirs()));
    }

    /** The peer's replacement of an SA, if its outbound half is not installed; it counts as installed from now on. */
    OptionalLong complete(long old) {
        Rekey rekey = byOld.get(old);
        Replacement theirs = rekey == null ? null : rekey.theirs();
        return theirs != null && incomplete.remove(theirs.child()) != null
                ? OptionalLong.of(theirs.child()) : OptionalLong.empty();
    }

    /** A replacement of the peer's that has waited long enough for the old SA to be deleted. */
    OptionalLong overdue(Instant now) {
        OptionalLong found = incomplete.entrySet().stream().filter(e -> !e.getValue().isAfter(now))
                .mapToLong(Map.Entry::getKey).findFirst();
        found.ifPresent(incomplete::remove);
        return found;
    }

    boolean isReplacedByPeer(long old) {
        Rekey rekey = byOld.get(old);
        return rekey != null && rekey.theirs() != null;
    }

    /**
     * We have replaced the SA. RFC 7296 §2.8.1: "the SA created with the lowest of the four nonces used in the two
     * exchanges SHOULD be closed by the endpoint that created it"; the other's creator deletes the old one.
     */
    Verdict ours(long old, Replacement replacement) {
        Rekey rekey = byOld.computeIfPresent(old, (_, before) -> before.withOurs(false));
        Replacement theirs = rekey == null ? null : rekey.theirs();
        return theirs != null && replacement.lowestNonce().compareTo(theirs.lowestNonce()) < 0
                ? Verdict.OURS : Verdict.OLD;
    }

    /** Tries again after a while that grows with every failure, until the SA's life is over. */
    void failed(long old, Instant now) {
        byOld.computeIfPresent(old, (_, rekey) -> rekey.theirs() == null ? null : rekey.withOurs(false));
        if (!isReplacedByPeer(old)) {
            Retry before = retries.getOrDefault(old, new Retry(0, now));
            Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(before.failures(), MOST_DOUBLINGS));
            retries.put(old, new Retry(before.failures() + 1, now.plus(wait)));
        }
    }

    /** The old SA is deleted; an exchange of ours that is still under way must yet be judged. */
    void gone(long old) {
        incomplete.remove(old);
        byOld.computeIfPresent(old, (_, rekey) -> rekey.ours() ? rekey : null);
        retries.remove(old);
    }

    /** Our exchange came to nothing, and the old SA is gone as well. */
    void abandoned(long old) {
        byOld.remove(old);
        retries.remove(old);
    }

    Optional<Instant> nextTimeout() {
        return Stream.concat(incomplete.values().stream(), retries.values().stream().map(Retry::at))
                .filter(at -> at.isBefore(Instant.MAX)).min(Comparator.naturalOrder());
    }

    /** An SA whose rekeying is due once more. */
    Optional<Long> due(Instant now) {
        return retries.entrySet().stream().filter(e -> !e.getValue().at().isAfter(now)).map(Map.Entry::getKey)
                .findFirst();
    }

    /** How long the old SA is used to send on when the peer does not delete it. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(5);
    private static final int MOST_DOUBLINGS = 4;
}
