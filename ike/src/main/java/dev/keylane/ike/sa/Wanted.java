package dev.keylane.ike.sa;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.ChildWish;
import dev.keylane.ike.crypto.RandomSource;
import dev.keylane.ike.policy.ChildActions;
import dev.keylane.ike.policy.ChildActions.OnLoss;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.PolicyBook;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Children that are to be up whatever happens: those with {@code start_action = start}, and those that were lost and
 * shall come back. Of a per-CPU child only the SA for all CPUs is wanted here; the others follow it on demand.
 *
 * <pre>
 *   lost, or an attempt failed ──▶ WAITING ──takeDue──▶ ASKED ──begun──▶ TRYING ──up──▶ UP
 * </pre>
 * The waits grow from attempt to attempt, also while a peer that accepts a child closes it again at once.
 */
public final class Wanted {
    private final RandomSource random;
    private Duration interval;
    private final Map<Name, Wish> wishes = new HashMap<>(0);
    private final TreeSet<Wish> waiting = new TreeSet<>(Comparator.comparing((Wish wish) -> wish.at)
            .thenComparing(wish -> wish.number));
    private long last;

    /** A child of the configuration. */
    public record Name(String connection, String child) {
    }

    private enum State { WAITING, ASKED, TRYING, UP }

    private static final class Wish {
        private final Name name;
        private final long number;
        private State state = State.TRYING;
        /** When it is due or, once up, since when it is. */
        private Instant at = Instant.MAX;
        private int attempts;

        Wish(Name name, long number) {
            this.name = name;
            this.number = number;
        }
    }

    /** @param interval between attempts, zero for waits that grow */
    Wanted(RandomSource random, Duration interval) {
        this.random = random;
        this.interval = interval;
    }

    /** Likewise, from the next attempt on. */
    void interval(Duration other) {
        interval = other;
    }

    /** Whether an attempt that begins now is one that was asked for by {@link #takeDue}. */
    public boolean isAsked(String connection, String child) {
        Wish wish = wishes.get(new Name(connection, child));
        return wish != null && wish.state == State.ASKED;
    }

    /** An attempt begins, by whomever: if it fails, another follows. */
    public void begun(String connection, ChildConfig child) {
        Name name = new Name(connection, child.name());
        if (child.actions().startNow() || wishes.containsKey(name)) {
            enter(wish(name), State.TRYING, Instant.MAX);
        }
    }

    /** It stands already. */
    public void isUp(String connection, String child, Instant now) {
        Wish wish = wishes.get(new Name(connection, child));
        if (wish != null && wish.state != State.UP) {
            enter(wish, State.UP, now);
        }
    }

    void up(ChildSa child, Instant now) {
        if (!child.resource().isBound()) {
            isUp(child.connection(), child.name(), now);
        }
    }

    public void failed(String connection, ChildWish attempt, Instant now) {
        if (!attempt.wanted().isBound()) {
            failed(connection, attempt.config().name(), now);
        }
    }

    /** An attempt has come to nothing. */
    public void failed(String connection, String child, Instant now) {
        Wish wish = wishes.get(new Name(connection, child));
        if (wish != null && wish.state != State.WAITING && wish.state != State.UP) {
            wish.attempts = Math.max(1, wish.attempts);
            await(wish, now);
        }
    }

    /** The last of a connection's SAs for this child is gone, or at least the last one of its IKE SA. */
    void lost(ChildSa gone, Loss loss, Turn turn) {
        Name name = new Name(gone.connection(), gone.name());
        Wish known = wishes.get(name);
        if (known != null && known.state != State.UP) {
            return;
        }
        switch (find(turn.context().book(), name).map(child -> action(child.actions(), loss)).orElse(OnLoss.CLEAR)) {
            case CLEAR -> forget(name);
            case TRAP -> {
                forget(name);
                turn.emit(new Effect.InstallTrap(gone.connection(), gone.name()));
            }
            case START -> {
                Wish wish = wish(name);
                if (wish.state == State.UP && !wish.at.plus(LONGEST).isAfter(turn.now())) {
                    wish.attempts = 0;
                }
                await(wish, turn.now());
            }
        }
    }

    private static OnLoss action(ChildActions actions, Loss loss) {
        return switch (loss) {
            case PEER_DEAD -> actions.dpd();
            case CLOSED_BY_PEER -> actions.close();
            case ENDED -> actions.startNow() ? OnLoss.START
                    : actions.dpd().compareTo(actions.close()) > 0 ? actions.dpd() : actions.close();
            case TERMINATED -> OnLoss.CLEAR;
        };
    }

    /** An operator wants these no longer. */
    public void renounce(String connection, String child) {
        forget(new Name(connection, child));
    }

    public void renounce(String connection) {
        wishes.keySet().stream().filter(name -> name.connection().equals(connection)).toList().forEach(this::forget);
    }

    /** What the configuration does not have any more is not wanted either. */
    void keepOnly(PolicyBook book) {
        if (wishes.isEmpty()) {
            return;
        }
        Set<Name> configured = new HashSet<>();
        for (Connection connection : book.connections()) {
            connection.children().stream().filter(Wanted::mayBeWanted)
                    .forEach(child -> configured.add(new Name(connection.name(), child.name())));
        }
        wishes.keySet().stream().filter(name -> !configured.contains(name)).toList().forEach(this::forget);
    }

    private static boolean mayBeWanted(ChildConfig child) {
        ChildActions actions = child.actions();
        return actions.startNow() || actions.dpd() == OnLoss.START || actions.close() == OnLoss.START;
    }

    private static Optional<ChildConfig> find(PolicyBook book, Name name) {
        return book.connections().stream().filter(connection -> connection.name().equals(name.connection())).findFirst()
                .flatMap(connection -> connection.child(name.child()));
    }

    public Optional<Instant> nextDue() {
        return waiting.isEmpty() ? Optional.empty() : Optional.of(waiting.first().at);
    }

    /** One that is to be asked for now; whoever takes it sees to it that an attempt begins or fails. */
    public Optional<Name> takeDue(Instant now) {
        if (waiting.isEmpty() || waiting.first().at.isAfter(now)) {
            return Optional.empty();
        }
        Wish wish = waiting.first();
        enter(wish, State.ASKED, Instant.MAX);
        return Optional.of(wish.name);
    }

    /** Nothing is waited for: of what is up, at the most a number is kept. */
    public boolean isIdle() {
        return wishes.values().stream().allMatch(wish -> wish.state == State.UP);
    }

    private Wish wish(Name name) {
        return wishes.computeIfAbsent(name, _ -> new Wish(name, ++last));
    }

    private void await(Wish wish, Instant now) {
        Duration wait = wait(wish.attempts);
        wish.attempts++;
        enter(wish, State.WAITING, now.plus(wait));
    }

    private void enter(Wish wish, State state, Instant at) {
        waiting.remove(wish);
        wish.state = state;
        wish.at = at;
        if (state == State.WAITING) {
            waiting.add(wish);
        }
    }

    private void forget(Name name) {
        Wish wish = wishes.remove(name);
        if (wish != null) {
            waiting.remove(wish);
        }
    }

    /** None before the first attempt; later ones are up to a quarter shorter, so that many do not come at once. */
    private Duration wait(int attempts) {
        if (attempts == 0) {
            return Duration.ZERO;
        }
        if (!interval.isZero()) {
            return interval;
        }
        Duration full = FIRST.multipliedBy(1L << Math.min(attempts - 1, MOST_DOUBLINGS));
        long millis = Math.min(full.toMillis(), LONGEST.toMillis());
        return Duration.ofMillis(millis - Math.floorMod(random.nextLong(), millis / 4));
    }

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final int MOST_DOUBLINGS = 10;
}
