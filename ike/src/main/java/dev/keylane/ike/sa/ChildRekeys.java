package dev.keylane.ike.sa;

import dev.keylane.ike.wire.Octets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Rekeyings of Child SAs, ours and the peer's, by the SA they replace: RFC 7296 §2.8 and §2.8.1. */
final class ChildRekeys {
    private final Map<Long, Rekey> byOld = new HashMap<>(0);
    private final Map<Long, Integer> failures = new HashMap<>(0);
    private final Deadlines retries = new Deadlines();
    private final Handovers handovers = new Handovers();
    private final Followers followers = new Followers();

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

    Handovers handovers() {
        return handovers;
    }

    Followers followers() {
        return followers;
    }

    void begun(long old) {
        byOld.merge(old, new Rekey(true, null), (rekey, _) -> rekey.withOurs(true));
        retries.remove(old);
    }

    /** The peer has replaced the SA. */
    void theirs(long old, Replacement replacement) {
        byOld.merge(old, new Rekey(false, replacement), (rekey, theirs) -> new Rekey(rekey.ours(), theirs.theirs()));
    }

    /** The peer's replacement of an SA. */
    OptionalLong theirs(long old) {
        Rekey rekey = byOld.get(old);
        Replacement theirs = rekey == null ? null : rekey.theirs();
        return theirs == null ? OptionalLong.empty() : OptionalLong.of(theirs.child());
    }

    boolean isReplacedByPeer(long old) {
        return theirs(old).isPresent();
    }

    boolean isReplacedByUs(long old) {
        Rekey rekey = byOld.get(old);
        return rekey != null && rekey.ours();
    }

    /**
     * We have replaced the SA. RFC 7296 §2.8.1: "the SA created with the lowest of the four nonces used in the two
     * exchanges SHOULD be closed by the endpoint that created it"; the other's creator deletes the old one.
     */
    Verdict ours(long old, Replacement replacement) {
        boolean lost = isRedundant(old, replacement);
        byOld.computeIfPresent(old, (_, before) -> before.withOurs(false));
        return lost ? Verdict.OURS : Verdict.OLD;
    }

    /** Whether the peer's replacement of the same SA is there and stays rather than this one of ours. */
    boolean isRedundant(long old, Replacement ours) {
        Rekey rekey = byOld.get(old);
        Replacement theirs = rekey == null ? null : rekey.theirs();
        return theirs != null && ours.lowestNonce().compareTo(theirs.lowestNonce()) < 0;
    }

    /** Our exchange will not be. */
    void cancelled(long old) {
        byOld.computeIfPresent(old, (_, rekey) -> rekey.theirs() == null ? null : rekey.withOurs(false));
    }

    /** Tries again after a while that grows with every failure, until the SA's life is over. */
    void failed(long old, Instant now) {
        cancelled(old);
        if (!isReplacedByPeer(old)) {
            int before = failures.merge(old, 1, Integer::sum) - 1;
            retries.set(old, now.plus(FIRST_WAIT.multipliedBy(1L << Math.min(before, MOST_DOUBLINGS))));
        }
    }

    /** The peer has deleted its replacement before ours was complete. */
    void forgetTheirs(long old) {
        byOld.computeIfPresent(old, (_, rekey) -> new Rekey(rekey.ours(), null));
    }

    /**
     * An SA is deleted; an exchange of ours that is to replace it must yet be judged.
     *
     * @return the SA that it had replaced for the peer, if that one stays after all
     */
    OptionalLong gone(long child) {
        handovers.gone(child);
        byOld.computeIfPresent(child, (_, rekey) -> rekey.ours() ? rekey : null);
        retries.remove(child);
        failures.remove(child);
        OptionalLong kept = byOld.entrySet().stream().filter(entry -> !entry.getValue().ours())
                .map(Map.Entry::getKey).filter(old -> theirs(old).orElse(child + 1) == child)
                .mapToLong(Long::longValue).findFirst();
        kept.ifPresent(byOld::remove);
        return kept;
    }

    /** Our exchange came to nothing, and the old SA is gone as well. */
    void abandoned(long old) {
        byOld.remove(old);
        retries.remove(old);
        failures.remove(old);
    }

    Optional<Instant> nextTimeout() {
        return Stream.of(retries.next(), handovers.nextTimeout(), followers.next()).flatMap(Optional::stream)
                .min(Instant::compareTo);
    }

    /** An SA whose rekeying is due once more. */
    OptionalLong due(Instant now) {
        return retries.takeDue(now);
    }

    private static final Duration FIRST_WAIT = Duration.ofSeconds(5);
    private static final int MOST_DOUBLINGS = 4;
}
