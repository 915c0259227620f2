package dev.keylane.daemon.boot;

import dev.keylane.daemon.config.Loaded;
import dev.keylane.daemon.config.LogSettings;
import dev.keylane.daemon.control.Outcome;
import dev.keylane.daemon.shard.ShardControl;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.policy.SharedKey;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files the daemon was started with, read again while it runs. Files with a mistake change nothing. What came over the
 * control socket stays, unless the files name it, too.
 */
final class ConfigFiles {
    private final Supplier<Loaded> files;
    private final ShardControl control;
    private final Consumer<LogSettings> log;
    private final ReentrantLock oneAtATime = new ReentrantLock();
    private PolicyBook inForce;

    /**
     * @param inForce what was read of them at the start
     * @param log     takes over what is said of it
     */
    ConfigFiles(Supplier<Loaded> files, PolicyBook inForce, ShardControl control, Consumer<LogSettings> log) {
        this.files = files;
        this.inForce = inForce;
        this.control = control;
        this.log = log;
    }

    /** The daemon's own settings alone, as far as a running daemon can take them over: the files are not in force by that. */
    CompletionStage<Outcome> settings() {
        return later(this::use);
    }

    /** The settings, then secrets and connections: what is not in the files any more is unloaded. */
    CompletionStage<Outcome> all() {
        return later(loaded -> {
            use(loaded);
            replace(loaded.book());
        }).whenComplete((outcome, bug) ->
                control.reloaded(bug == null ? outcome : new Outcome.Failed("a mistake of keylane's, see its log")));
    }

    private interface Use {
        void of(Loaded loaded) throws IOException;
    }

    /** Reading may look up names: it gets a thread of its own. */
    private CompletionStage<Outcome> later(Use use) {
        return CompletableFuture.supplyAsync(() -> {
            oneAtATime.lock();
            try {
                Loaded loaded = files.get();
                if (!loaded.isGood()) {
                    loaded.mistakes().forEach(mistake -> LOG.warn("{}", mistake));
                    return new Outcome.Failed("nothing was changed: " + loaded.mistakes().getFirst());
                }
                loaded.notes().forEach(note -> LOG.warn("{}", note));
                use.of(loaded);
                return Outcome.DONE;
            } catch (IOException failed) {
                return new Outcome.Failed(String.valueOf(failed.getMessage()));
            } finally {
                oneAtATime.unlock();
            }
        }, Thread::startVirtualThread);
    }

    private void use(Loaded loaded) throws IOException {
        log.accept(loaded.settings().log());
        LoopCalls.await(control.use(loaded.settings().endpoint()), EACH);
        LOG.info("settings are those of the files again");
    }

    /** Secrets first: a connection may start at once. */
    private void replace(PolicyBook book) throws IOException {
        Set<String> keys = book.sharedKeys().stream().map(SharedKey::id).collect(Collectors.toSet());
        Set<String> connections = book.connections().stream().map(Connection::name).collect(Collectors.toSet());
        for (SharedKey key : book.sharedKeys()) {
            LoopCalls.await(control.loadSharedKey(key), EACH);
        }
        for (Connection connection : inForce.connections()) {
            if (!connections.contains(connection.name())) {
                LoopCalls.await(control.unloadConnection(connection.name()), EACH);
            }
        }
        for (Connection connection : book.connections()) {
            LoopCalls.await(control.loadConnection(connection), EACH);
        }
        for (SharedKey key : inForce.sharedKeys()) {
            if (!keys.contains(key.id())) {
                LoopCalls.await(control.unloadSharedKey(key.id()), EACH);
            }
        }
        inForce = book;
        LOG.info("{} connections are those of the files again", connections.size());
    }

    /** For each key and connection. Whoever waits has a thread of its own; a thousand children take their time to close. */
    private static final Duration EACH = Duration.ofMinutes(5);
    private static final Logger LOG = LoggerFactory.getLogger("CFG");
}
