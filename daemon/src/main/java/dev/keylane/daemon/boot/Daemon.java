package dev.keylane.daemon.boot;

import dev.keylane.cli.VersionCommand;
import dev.keylane.daemon.config.AddressResolver;
import dev.keylane.daemon.config.ConnectionReader;
import dev.keylane.daemon.control.Control;
import dev.keylane.daemon.http.StatusServer;
import dev.keylane.daemon.net.EventLoops;
import dev.keylane.daemon.net.SocketPlan;
import dev.keylane.daemon.vici.command.CommandTable;
import dev.keylane.daemon.vici.server.ViciServer;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.policy.SharedKey;
import dev.keylane.xfrm.XfrmKernel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running daemon. */
public final class Daemon implements AutoCloseable {
    private final Undo undo;
    private final EventLoop loop;
    private final Engine engine;

    private Daemon(Undo undo, EventLoop loop, Engine engine) {
        this.undo = undo;
        this.loop = loop;
        this.engine = engine;
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
        try {
            Daemon daemon = build(options, place, undo);
            daemon.load(book);
            daemon.serve(options, replayWindow);
            return daemon;
        } catch (IOException | RuntimeException failed) {
            undo.run();
            throw failed;
        }
    }

    private static Daemon build(DaemonOptions options, KernelPlace place, Undo undo) throws IOException {
        EventLoopGroup group = EventLoops.create("keylane-shard", 1);
        EventLoop loop = group.next();
        undo.add(() -> group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly());
        Traffic traffic = new Traffic(loop, new SocketPlan(options.settings().port(), options.settings().natPort(),
                place.isLinux()));
        XfrmKernel kernel = place.open(traffic);
        undo.add(kernel);
        LOG.info("keylane {} with the {} kernel, {}", VersionCommand.version(), kernel.name(), kernel.capabilities());
        Engine engine = call(loop, () -> Engine.build(options, place, kernel, traffic, loop));
        undo.add(() -> call(loop, () -> {
            engine.close();
            return null;
        }));
        return new Daemon(undo, loop, engine);
    }

    /** Secrets first: a connection may start at once. */
    private void load(PolicyBook book) throws IOException {
        for (SharedKey key : book.sharedKeys()) {
            await(control().loadSharedKey(key));
        }
        for (Connection connection : book.connections()) {
            await(control().loadConnection(connection));
        }
        Map<IpEndpoint, String> failures = call(loop, engine::bindFailures);
        for (Map.Entry<IpEndpoint, String> failure : failures.entrySet()) {
            if (failure.getValue().startsWith("permission denied")) {
                throw new IOException("cannot listen on " + failure.getKey() + ": " + failure.getValue());
            }
        }
    }

    private void serve(DaemonOptions options, int replayWindow) throws IOException {
        if (options.control().isPresent()) {
            CommandTable commands = new CommandTable(control(),
                    new ConnectionReader(AddressResolver.system(), replayWindow), options.settings().port(),
                    VersionCommand.version(), InstantSource.system());
            undo.add(ViciServer.listen(options.control().get(), control(), commands, InstantSource.system()));
            LOG.info("control socket {}", options.control().get());
        }
        if (options.http().isPresent()) {
            undo.add(StatusServer.listen(options.http().get(), control()));
            LOG.info("serving http://{}:{}/metrics and /healthz", options.http().get().getHostString(),
                    options.http().get().getPort());
        }
    }

    public Control control() {
        return engine.control();
    }

    /** Closes the IKE SAs, waiting for the peers 3 seconds at the most, then removes all that was installed. */
    @Override
    public void close() {
        LOG.info("stopping");
        try {
            await(engine.control().closeAll());
        } catch (IOException unanswered) {
            LOG.warn("not every peer answered: {}", unanswered.getMessage());
        }
        undo.run();
        LOG.info("stopped");
    }

    private static <T> T await(CompletionStage<T> stage) throws IOException {
        try {
            return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw new IOException(failed.getCause());
        } catch (TimeoutException stuck) {
            throw new IOException("no answer from the event loop within " + PATIENCE_SECONDS + " s", stuck);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }

    private static <T> T call(EventLoop loop, Callable<T> task) throws IOException {
        try {
            return loop.submit(task).get();
        } catch (ExecutionException failed) {
            switch (failed.getCause()) {
                case IOException io -> throw io;
                case RuntimeException bug -> throw bug;
                case null, default -> throw new IllegalStateException(failed.getCause());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }

    private static final int PATIENCE_SECONDS = 10;
    private static final Logger LOG = LoggerFactory.getLogger("DMN");
}
