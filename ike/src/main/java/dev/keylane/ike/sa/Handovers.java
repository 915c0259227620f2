package dev.keylane.ike.sa;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What the peer's next steps will tell, and what we do when they do not come. Two things are waited for:
 *
 * <ul>
 *   <li>As responder we send on a new SA only when the peer is known to be ready, RFC 7296 §2.8. Until then there is
 *       another SA to send on. Where the peer sends, the kernel's side sees it before anything is said here.
 *   <li>Where an SA has become needless by an exchange of the peer's, the peer deletes it. Not every peer does.
 * </ul>
 */
final class Handovers {
    private final Map<Long, Half> halves = new HashMap<>(0);
    private final Deadlines completions = new Deadlines();
    private final Map<Long, Long> survivors = new HashMap<>(0);
    private final Deadlines deletions = new Deadlines();

    /**
     * A request of the peer's.
     *
     * @param ikeSa where it came: when that is rekeyed, message ids begin anew
     */
    record Request(long ikeSa, int messageId) {
        boolean isAfter(Request other, int distance) {
            return ikeSa == other.ikeSa && messageId - other.messageId >= distance;
        }
    }

    /**
     * @param request what made it
     */
    private record Half(Request request, Instant answered) {
    }

    /** A child whose outbound SA is not installed yet. */
    void await(long child, Request request, Instant now) {
        halves.put(child, new Half(request, now));
        completions.set(child, now.plus(PATIENCE));
    }

    /** Whether the outbound SA is yet to be installed; it counts as installed from now on. */
    boolean complete(long child) {
        completions.remove(child);
        return halves.remove(child) != null;
    }

    /**
     * RFC 7296 §2.3: a peer that sends a request beyond its window has got the answers to those before, so it is ready
     * on what they made.
     *
     * @param window how many requests the peer may have under way
     * @return children to complete
     */
    List<Long> provenBy(Request request, int window) {
        List<Long> proven = new ArrayList<>(halves.size());
        halves.forEach((child, half) -> {
            if (request.isAfter(half.request(), window)) {
                proven.add(child);
            }
        });
        proven.forEach(this::complete);
        return proven;
    }

    /** The peer asks once more, so our answer was lost: the next one may be, too, and the peer waits ever longer. */
    void repeated(Request request, Instant now) {
        halves.forEach((child, half) -> {
            if (half.request().equals(request)) {
                Duration elapsed = Duration.between(half.answered(), now);
                Instant until = now.plus(elapsed.multipliedBy(2).plus(PATIENCE));
                completions.set(child, until);
                survivors.forEach((needless, survivor) -> {
                    if (survivor == child) {
                        deletions.set(needless, until.plus(DELETION));
                    }
                });
            }
        });
    }

    /**
     * The peer is to delete a child.
     *
     * @param survivor what makes it needless
     */
    void owed(long needless, long survivor, Instant now) {
        survivors.put(needless, survivor);
        deletions.set(needless, now.plus(DELETION));
    }

    void gone(long child) {
        complete(child);
        survivors.remove(child);
        deletions.remove(child);
    }

    /** A child to complete, the peer having said nothing. */
    OptionalLong dueCompletion(Instant now) {
        OptionalLong due = completions.takeDue(now);
        due.ifPresent(halves::remove);
        return due;
    }

    /**
     * A child the peer has not deleted in time.
     *
     * @param survivor number of the child that makes it needless, if that still stands
     */
    record Needless(long child, long survivor) {
    }

    Optional<Needless> dueDeletion(Instant now) {
        OptionalLong due = deletions.takeDue(now);
        return due.isEmpty() ? Optional.empty()
                : Optional.of(new Needless(due.getAsLong(), survivors.remove(due.getAsLong())));
    }

    Optional<Instant> nextTimeout() {
        return Stream.of(completions.next(), deletions.next()).flatMap(Optional::stream).min(Instant::compareTo);
    }

    /** A little longer than the 4 s after which most peers ask again: the answer may be lost, and the peer be busy. */
    private static final Duration PATIENCE = Duration.ofMillis(4500);
    private static final Duration DELETION = Duration.ofSeconds(30);
}
