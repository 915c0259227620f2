package dev.keylane.daemon.boot;

import dev.keylane.daemon.config.AddressResolver;
import dev.keylane.daemon.config.ConnectionReader;
import dev.keylane.daemon.config.Loaded;
import dev.keylane.daemon.control.Control;
import dev.keylane.daemon.control.Outcome;
import dev.keylane.daemon.control.TerminateOutcome;
import dev.keylane.daemon.http.CheckedHttp;
import dev.keylane.daemon.http.HttpOptions;
import dev.keylane.daemon.http.StatusServer;
import dev.keylane.daemon.logging.LogOutput;
import dev.keylane.daemon.logging.LogOwner;
import dev.keylane.daemon.metrics.Sampler;
import dev.keylane.daemon.net.BindFailure;
import dev.keylane.daemon.net.EventLoops;
import dev.keylane.daemon.net.SocketPlan;
import dev.keylane.daemon.traffic.SaTotals;
import dev.keylane.daemon.traffic.TalliedKernel;
import dev.keylane.daemon.vici.command.CommandTable;
import dev.keylane.daemon.vici.server.ViciServer;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.policy.SharedKey;
import dev.keylane.linux.LinuxException;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running daemon. */
public final class Daemon implements AutoCloseable {
    private final Undo undo;
    private final LogOwner owner;
    private final LoopCalls calls;
    private final Engine engine;
    private final TalliedKernel kernel;
    private volatile Supplier<CompletionStage<Outcome>> reload = () -> CompletableFuture.completedFuture(Outcome.DONE);
    private final AtomicBoolean closed = new AtomicBoolean();

    private Daemon(Undo undo, LogOwner owner, LoopCalls calls, Engine engine, TalliedKernel kernel) {
        this.undo = undo;
        this.owner = owner;
        this.calls = calls;
        this.engine = engine;
        this.kernel = kernel;
    }

    /**
     * Starts a daemon with a configuration that has no mistakes.
     *
     * @param replayWindow packets, for children loaded later that do not say
     * @throws IOException with a sentence for the operator; nothing is left running then
     */
    public static Daemon start(DaemonOptions options, KernelPlace place, PolicyBook book, int replayWindow)
            throws IOException {
        Undo undo = new Undo();
        LogOwner owner = new LogOwner();
        try (LogOwner.Work _ = owner.begin()) {
            Optional<CheckedHttp> http = options.http().isPresent()
                    ? Optional.of(CheckedHttp.of(options.http().get())) : Optional.empty();
            Daemon daemon = build(options, place, undo, owner);
            daemon.load(options, book);
            daemon.serve(options, replayWindow);
            if (http.isPresent()) {
                daemon.serve(http.get(), place, options);
            }
            daemon.succeed(book);
            undo.started();
            return daemon;
        } catch (LinuxException refused) {
            undo.run();
            throw new IOException(refused.getMessage(), refused);
        } catch (IOException | RuntimeException failed) {
            undo.run();
            throw failed;
        }
    }

    private static Daemon build(DaemonOptions options, KernelPlace place, Undo undo, LogOwner owner) throws IOException {
        if (options.control().isPresent()) {
            undo.addUntilStarted(ViciServer.makeRoom(options.control().get(), options.group()));
        }
        EventLoopGroup group = EventLoops.create("keylane-shard", 1);
        EventLoop loop = group.next();
        undo.add(() -> group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS));
        LoopCalls calls = new LoopCalls(loop);
        Traffic traffic = new Traffic(loop, new SocketPlan(options.settings().port(), options.settings().natPort(),
                place.isLinux()));
        undo.add(place);
        TalliedKernel kernel = new TalliedKernel(place.open(traffic), new SaTotals());
        undo.add(kernel);
        LOG.info("keylane {} with the {} kernel: {}", options.version(), kernel.name(), kernel.capabilities());
        Engine engine = calls.call(() -> Engine.build(options, place, kernel, traffic, loop), STARTING);
        undo.add(() -> calls.call(() -> {
            engine.close();
            return null;
        }, STOPPING));
        undo.add(engine.scripts());
        return new Daemon(undo, owner, calls, engine, kernel);
    }

    /** Nothing is initiated before all addresses are listened on. Secrets first: a connection may start at once. */
    private void load(DaemonOptions options, PolicyBook book) throws IOException {
        calls.call(() -> {
            engine.expect(book);
            return null;
        }, STARTING);
        refuseBadAddresses(options);
        for (SharedKey key : book.sharedKeys()) {
            LoopCalls.await(control().loadSharedKey(key), STARTING);
        }
        for (Connection connection : book.connections()) {
            LoopCalls.await(control().loadConnection(connection), STARTING);
        }
        calls.call(() -> {
            engine.expect(PolicyBook.EMPTY);
            return null;
        }, STARTING);
    }

    /** Not before is anything of an earlier run removed. */
    private void succeed(PolicyBook book) throws IOException {
        LoopCalls.await(engine.control().started(), STARTING);
        if (book.connections().isEmpty()) {
            LOG.info("no connections are configured, waiting for some over the control socket");
        } else {
            LoopCalls.await(engine.control().configured(), STARTING);
        }
    }

    /** An address that a connection names may appear later; one that was asked for on the command line must be there. */
    private void refuseBadAddresses(DaemonOptions options) throws IOException {
        Map<IpEndpoint, BindFailure> failures = calls.call(engine::bindFailures, STARTING);
        for (Map.Entry<IpEndpoint, BindFailure> failure : failures.entrySet()) {
            boolean mayAppear = failure.getValue().kind() == BindFailure.Kind.NO_SUCH_ADDRESS
                    && options.listen().isEmpty();
            if (!mayAppear) {
                throw new IOException("cannot listen on " + failure.getKey() + ": " + failure.getValue().text());
            }
        }
    }

    private void serve(DaemonOptions options, int replayWindow) throws IOException {
        if (options.control().isPresent()) {
            CommandTable commands = new CommandTable(control(),
                    new ConnectionReader(AddressResolver.system(), replayWindow), options.settings().port(),
                    options.version(), InstantSource.system());
            undo.add(ViciServer.listen(options.control().get(), options.group(), control(), commands, InstantSource.system()));
            LOG.info("control socket {}", options.control().get());
        }
    }

    private void serve(CheckedHttp checked, KernelPlace place, DaemonOptions options) throws IOException {
        HttpOptions http = options.http().orElseThrow();
        Sampler sampler = new Sampler(control(), place.reader(), kernel.totals(), InstantSource.system());
        undo.add(StatusServer.listen(checked, control(), sampler, options.version()));
        LOG.info("serving http{}://{}/", http.tls().isPresent() ? "s" : "", StatusServer.text(http.address()));
    }

    public Control control() {
        return engine.control();
    }

    /**
     * From now on it can read its files again.
     *
     * @param files   reads them
     * @param inForce what was read of them at the start
     */
    public void reloadFrom(Supplier<Loaded> files, PolicyBook inForce) {
        ConfigFiles again = new ConfigFiles(files, inForce, engine.control(), log -> {
            LogOutput.use(log);
            engine.keys().use(log.keyTable());
        });
        engine.control().onReloadSettings(again::settings);
        reload = again::all;
    }

    /** Reads settings, secrets and connections again; without files nothing happens. */
    public CompletionStage<Outcome> reload() {
        try (LogOwner.Work _ = owner.begin()) {
            return reload.get();
        }
    }

    /**
     * Closes the IKE SAs, waiting for the peers 3 seconds at the most, then removes all that was installed. A loop that has
     * very much to remove, or is stuck in our own bug, gets {@link #STOPPING} more; what is installed then is left to the next
     * start.
     */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        try (LogOwner.Work _ = owner.begin()) {
            stop();
        }
    }

    private void stop() {
        LOG.info("stopping");
        try {
            TerminateOutcome outcome = LoopCalls.await(engine.control().closeAll(), CLOSING);
            if (outcome.terminated() < outcome.matches()) {
                LOG.warn("{} of {} peers did not answer the delete", outcome.matches() - outcome.terminated(),
                        outcome.matches());
            }
        } catch (IOException | RuntimeException stuck) {
            LOG.error("cannot close the IKE_SAs: {}", stuck.getMessage());
        }
        undo.run();
        LOG.info("stopped");
    }

    /**
     * For each step, of which every connection is one: thousands of children on a busy machine take their time. The whole
     * start has the service's TimeoutStartSec, and nothing of ours bounds it.
     */
    private static final Duration STARTING = Duration.ofSeconds(80);
    /** The peers' 3 seconds, and what it takes to find out that they are over. */
    private static final Duration CLOSING = Duration.ofMillis(3300);
    /** With all the rest less than the service's TimeoutStopSec. */
    private static final Duration STOPPING = Duration.ofSeconds(5);
    private static final Logger LOG = LoggerFactory.getLogger("DMN");
}
