package dev.keylane.ike.sa;

import dev.keylane.ike.crypto.RandomSource;
import dev.keylane.ike.policy.IkeLifetime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Rekeying of one IKE SA, ours and the peer's, RFC 7296 §2.8 and §2.8.2: when it is due, which exchanges are under way,
 * and which of the SAs they made inherits.
 */
final class IkeRekeys {
    private Instant overAt;
    private Instant rekeyAt;
    private int failures;
    private boolean worn;
    private boolean asking;
    private boolean answering;
    private @Nullable Successor ours;
    private @Nullable Successor theirs;

    private IkeRekeys(Instant rekeyAt, Instant overAt) {
        this.rekeyAt = rekeyAt;
        this.overAt = overAt;
    }

    /** RFC 7296 §2.8: lifetimes are each side's own, and jitter keeps both from rekeying at the same time. */
    static IkeRekeys of(IkeLifetime lifetime, RandomSource random, Instant now) {
        if (lifetime.rekey().isZero()) {
            return new IkeRekeys(Instant.MAX, Instant.MAX);
        }
        Instant rekeyAt = now.plus(lifetime.rekey()).minus(part(lifetime.rand(), random));
        return new IkeRekeys(rekeyAt, rekeyAt.plus(lifetime.over()));
    }

    private static Duration part(Duration most, RandomSource random) {
        return most.isZero() ? most : Duration.ofMillis(Math.floorMod(random.nextLong(), most.toMillis() + 1));
    }

    /**
     * Who inherits.
     *
     * @param redundant the other one, null when there is none
     * @param heirIsOurs then the old SA is for us to delete, otherwise the redundant one is
     */
    record Verdict(Successor heir, @Nullable Successor redundant, boolean heirIsOurs) {
    }

    /** RFC 7296 §2.2: before its message ids are used up, whatever its lifetime. */
    void worn(Instant now) {
        if (!worn && now.isBefore(rekeyAt)) {
            rekeyAt = now;
        }
        worn = true;
    }

    /** We want to rekey it, as soon as nothing else is under way. */
    void begun() {
        rekeyAt = Instant.MAX;
    }

    /** The SA is being closed: its lifetime matters no more. */
    void end() {
        rekeyAt = Instant.MAX;
        overAt = Instant.MAX;
    }

    /** Our request is being made or out. */
    void asking() {
        asking = true;
    }

    void asked(Successor made) {
        asking = false;
        ours = made;
    }

    /**
     * Tries again after a while that grows with every failure, until the SA's time is over; by chance up to twice as
     * long, or two that refused each other would do so again.
     */
    void askedInVain(RandomSource random, Instant now) {
        asking = false;
        Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
        rekeyAt = now.plus(wait).plus(part(wait, random));
        failures++;
    }

    /** The peer's request is good, and being computed. */
    void answering() {
        answering = true;
    }

    void answered(Successor made) {
        answering = false;
        theirs = made;
    }

    void answeredInVain() {
        answering = false;
    }

    boolean isAsking() {
        return asking;
    }

    /** The peer's exchange is under way, or has made its SA. */
    boolean isPeerRekeying() {
        return answering || theirs != null;
    }

    /** RFC 7296 §2.8: from now on nothing new begins on the old SA. */
    boolean hasSuccessor() {
        return isPeerRekeying() || ours != null;
    }

    /** The peer's SA, which it does not want: it has deleted it. */
    void withdrawn() {
        theirs = null;
    }

    /** The peer knows of no exchange of ours any more: what it made inherits, if it has made one. */
    Optional<Verdict> conceded() {
        return Optional.ofNullable(theirs).map(heir -> new Verdict(heir, ours, false));
    }

    /**
     * Once nothing is under way. RFC 7296 §2.8.2: of two, "the SA created with the lowest of the four nonces used in the
     * two exchanges SHOULD be closed by the endpoint that created it", and the other inherits.
     */
    Optional<Verdict> verdict() {
        if (asking || answering || ours == null && theirs == null) {
            return Optional.empty();
        }
        if (ours == null || theirs == null) {
            return Optional.of(ours != null ? new Verdict(ours, null, true) : new Verdict(theirs, null, false));
        }
        return Optional.of(ours.lowestNonce().compareTo(theirs.lowestNonce()) < 0
                ? new Verdict(theirs, ours, false) : new Verdict(ours, theirs, true));
    }

    /** Gives up what was made and has not inherited. */
    void abandon(Turn turn) {
        Stream.of(Optional.ofNullable(ours), Optional.ofNullable(theirs)).flatMap(Optional::stream).forEach(made -> {
            made.channel().close();
            turn.at(made.sa()).sa().enter(Closed.AT_ONCE);
        });
    }

    boolean isDue(Instant now) {
        return !rekeyAt.isAfter(now);
    }

    boolean isOver(Instant now) {
        return !overAt.isAfter(now);
    }

    Optional<Instant> nextTimeout() {
        Instant next = rekeyAt.isBefore(overAt) ? rekeyAt : overAt;
        return next.equals(Instant.MAX) ? Optional.empty() : Optional.of(next);
    }

    /** Null when never, or when it has begun. */
    @Nullable Instant rekeyAt() {
        return rekeyAt.equals(Instant.MAX) ? null : rekeyAt;
    }

    private static final Duration FIRST_WAIT = Duration.ofSeconds(5);
    private static final int MOST_DOUBLINGS = 4;
}
