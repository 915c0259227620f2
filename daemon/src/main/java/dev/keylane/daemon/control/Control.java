package dev.keylane.daemon.control;

import dev.keylane.daemon.kernel.TrapView;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.policy.SharedKey;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked of a running daemon. Every method may be called from any thread and returns at once; stages
 * complete normally with an outcome, exceptionally only by our own bug or when the daemon has stopped.
 */
public interface Control {
    /** All IKE SAs with their children, oldest first, counters fresh from the kernel. */
    CompletionStage<List<IkeSnapshot>> sas();

    /** Brings up what is named and answers as soon as it is up, has failed, or the time is over. */
    default CompletionStage<Outcome> initiate(InitiateRequest request) {
        return initiate(request, new CompletableFuture<>());
    }

    /**
     * The same, for somebody who may go away meanwhile.
     *
     * @param gone completed when nobody waits for the answer any more: what was begun goes on, the request is forgotten
     */
    CompletionStage<Outcome> initiate(InitiateRequest request, CompletionStage<?> gone);

    /** Closes what the request selects; see {@link TerminateRequest#targets}. */
    CompletionStage<TerminateOutcome> terminate(TerminateRequest request);

    /**
     * Begins to rekey what is selected: children if the selector speaks of children, otherwise IKE SAs; answers as soon
     * as that has begun.
     */
    CompletionStage<RekeyOutcome> rekey(SaSelector selector);

    /**
     * Installs the trap policies of a child, or its shunt policies.
     *
     * @param connection null for the first connection that has such a child
     */
    CompletionStage<Outcome> install(String child, @Nullable String connection);

    /** Takes away what {@link #install} or a start action put there. */
    CompletionStage<Outcome> uninstall(String child, @Nullable String connection);

    /** Trap and shunt policies in force. */
    CompletionStage<List<TrapView>> traps();

    /** The configuration in force. */
    CompletionStage<PolicyBook> book();

    /** Why children of that cannot come up on their device, by {@code CONNECTION.CHILD}; none of those that may. */
    default CompletionStage<Map<String, String>> obstacles() {
        return CompletableFuture.completedStage(Map.of());
    }

    /** Adds or replaces a connection; unchanged parts keep their SAs. */
    CompletionStage<Outcome> loadConnection(Connection connection);

    CompletionStage<Outcome> unloadConnection(String name);

    /** Adds a shared key, replacing the one with the same id. The callee owns the secret from here on. */
    CompletionStage<Outcome> loadSharedKey(SharedKey key);

    CompletionStage<Outcome> unloadSharedKey(String id);

    /** Forgets all shared keys. */
    CompletionStage<Outcome> clearCredentials();

    CompletionStage<DaemonStats> stats();

    /** All of it at one moment, for displays; the kernel is not asked. */
    CompletionStage<Status> status();

    /** What was counted since the start, or since it was set back, by connection; the totals have the empty name. */
    CompletionStage<Map<String, Map<Counter, Long>>> counters();

    /**
     * Sets counters back.
     *
     * @param connection null for the totals
     * @param all        those of all connections, too
     */
    CompletionStage<Outcome> resetCounters(@Nullable String connection, boolean all);

    /** Says in the log what somebody has asked for. */
    void note(String line);

    /** How received packets get to their CPU, with every SA. */
    CompletionStage<SteeringSnapshot> steering();

    /** Reads the daemon's own settings again. */
    CompletionStage<Outcome> reloadSettings();

    /**
     * @param listener called in order, on the daemon's own thread: it must neither block nor throw
     */
    Subscription subscribe(Consumer<ControlEvent> listener);

    /** Ends a subscription; events under way may still arrive. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
