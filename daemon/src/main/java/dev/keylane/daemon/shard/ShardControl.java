package dev.keylane.daemon.shard;

import dev.keylane.daemon.control.ConfigChange;
import dev.keylane.daemon.control.ConfigStore;
import dev.keylane.daemon.control.Control;
import dev.keylane.daemon.control.ControlEvent;
import dev.keylane.daemon.control.Counter;
import dev.keylane.daemon.control.DaemonStats;
import dev.keylane.daemon.control.IkeSnapshot;
import dev.keylane.daemon.control.InitiateRequest;
import dev.keylane.daemon.control.LastReload;
import dev.keylane.daemon.control.Outcome;
import dev.keylane.daemon.control.RekeyOutcome;
import dev.keylane.daemon.control.SaSelector;
import dev.keylane.daemon.control.StartActions;
import dev.keylane.daemon.control.Status;
import dev.keylane.daemon.control.SteeringCount;
import dev.keylane.daemon.control.SteeringSnapshot;
import dev.keylane.daemon.control.TerminateOutcome;
import dev.keylane.daemon.control.TerminateRequest;
import dev.keylane.daemon.control.Timeout;
import dev.keylane.daemon.kernel.HostNetwork;
import dev.keylane.daemon.kernel.SenderWatch;
import dev.keylane.daemon.kernel.TrapView;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.policy.SharedKey;
import dev.keylane.ike.sa.Alert;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.ike.sa.IkeSaView;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The only way into a shard from another thread: every request becomes a task of its event loop. */
public final class ShardControl implements Control {
    private final Shard shard;
    private final ShardReports reports;
    private final Initiation initiation;
    private final String kernelName;
    private final Instant since;
    private final Steering steering;
    private final ConfigStore store;
    private final StartActions actions;
    private volatile Supplier<CompletionStage<Outcome>> reload = () -> done(Outcome.DONE);
    private volatile Function<Set<String>, CompletionStage<?>> lookUp = ShardControl::done;
    private LastReload lastReload;
    private final Readiness readiness = new Readiness();

    /** What steering tells of itself, on the shard's thread. */
    public record Steering(Supplier<SteeringSnapshot> snapshot, Supplier<List<SteeringCount>> counts) {
        public static final Steering NONE = none("");

        /** @param problem why there is none */
        public static Steering none(String problem) {
            return new Steering(() -> SteeringSnapshot.NONE.with(problem), List::of);
        }
    }

    /**
     * @param bookChanged hears of every new configuration, on the shard's thread
     */
    public ShardControl(Shard shard, ShardReports reports, EndpointSettings settings, HostNetwork network,
                        String kernelName, Consumer<PolicyBook> bookChanged, Steering steering) {
        this.shard = shard;
        this.reports = reports;
        this.initiation = new Initiation(shard, reports, settings, network, names -> lookUp.apply(names));
        this.kernelName = kernelName;
        this.steering = steering;
        this.since = shard.now();
        this.lastReload = new LastReload(true, since);
        this.store = new ConfigStore(book -> {
            shard.kernel().use(book);
            shard.handle(new Event.PolicyReplaced(book));
            bookChanged.accept(book);
        });
        this.actions = new StartActions(this, this::say);
    }

    @Override
    public CompletionStage<List<IkeSnapshot>> sas() {
        return on(() -> Snapshots.of(shard.core().views(), shard.kernel()));
    }

    @Override
    public CompletionStage<Outcome> initiate(InitiateRequest request, CompletionStage<?> gone) {
        return later(() -> initiation.of(request, gone, store::book));
    }

    @Override
    public CompletionStage<TerminateOutcome> terminate(TerminateRequest request) {
        return later(() -> {
            renounce(request.selector());
            return request.selector().isEmpty() ? done(TerminateOutcome.NO_SELECTOR)
                    : Termination.of(shard, reports.requests(), request);
        });
    }

    /** What is named is not to be tried again either, be there an SA or not. */
    private void renounce(SaSelector selector) {
        for (Connection connection : store.book().connections()) {
            boolean named = selector.ike() == null ? selector.child() != null && connection.child(selector.child()).isPresent()
                    : selector.ike().equals(connection.name());
            if (named && selector.ikeId() == null && selector.childId() == null) {
                shard.kernel().renounce(connection.name(), selector.child());
                shard.handle(new Event.Renounce(connection.name(), selector.child()));
            }
        }
    }

    @Override
    public CompletionStage<RekeyOutcome> rekey(SaSelector selector) {
        return on(() -> selector.isEmpty() ? RekeyOutcome.NO_SELECTOR
                : RekeyOutcome.of(Rekeying.begin(shard, selector)));
    }

    /**
     * Closes every IKE SA; done when all have answered, or after {@link #CLOSING}. From now on nobody is answered and
     * no acquire leads anywhere, while traps still hold packets back.
     */
    public CompletionStage<TerminateOutcome> closeAll() {
        return later(() -> {
            reports.on(new Effect.Alerted(Alert.SHUTDOWN_SIGNAL, null), shard.now());
            shard.kernel().use(PolicyBook.EMPTY);
            shard.handle(new Event.PolicyReplaced(PolicyBook.EMPTY));
            List<TerminateRequest.Target> all = shard.core().views().stream()
                    .<TerminateRequest.Target>map(view -> new TerminateRequest.Target.Ike(view.id())).toList();
            return Termination.run(shard, reports.requests(), all, false, CLOSING);
        });
    }

    @Override
    public CompletionStage<Outcome> install(String child, @Nullable String connection) {
        return on(() -> find(child, connection).map(found -> shard.kernel()
                        .installTrap(found, found.child(child).orElseThrow())
                        .map(reason -> {
                            LOG.warn("installing policy '{}' failed: {}", child, reason);
                            return (Outcome) Outcome.Failed.notInstalled(child);
                        }).orElse(Outcome.DONE))
                .orElseGet(Outcome.Failed::nameNotFound));
    }

    private Optional<Connection> find(String child, @Nullable String connection) {
        return store.book().connections().stream()
                .filter(c -> connection == null || c.name().equals(connection))
                .filter(c -> c.child(child).isPresent()).findFirst();
    }

    @Override
    public CompletionStage<Outcome> uninstall(String child, @Nullable String connection) {
        return on(() -> shard.kernel().traps().stream()
                .filter(trap -> trap.child().name().equals(child)
                        && (connection == null || connection.equals(trap.connection())))
                .findFirst().filter(trap -> shard.kernel().uninstallTrap(trap.connection(), child))
                .<Outcome>map(trap -> Outcome.DONE).orElseGet(() -> Outcome.Failed.policyNotFound(child)));
    }

    @Override
    public CompletionStage<List<TrapView>> traps() {
        return on(() -> shard.kernel().traps());
    }

    @Override
    public CompletionStage<PolicyBook> book() {
        return on(store::book);
    }

    /** The daemon is there for everybody. */
    public CompletionStage<Outcome> started() {
        return on(() -> {
            shard.kernel().started();
            readiness.started();
            return Outcome.DONE;
        });
    }

    /** The configuration that the daemon was started with has been loaded. */
    public CompletionStage<Outcome> configured() {
        return on(() -> {
            shard.kernel().settle();
            return Outcome.DONE;
        });
    }

    @Override
    public CompletionStage<Outcome> loadConnection(Connection connection) {
        return later(() -> {
            ConfigChange change = store.load(connection);
            return initiation.known(connection).thenCompose(_ -> actions.run(change));
        });
    }

    /** Names have got addresses: what has waited for them is started. */
    public void resolved(Map<String, List<IpAddress>> names) {
        shard.loop().execute(() -> store.resolved(names).stream().map(initiation::notBegun).forEach(actions::run));
    }

    /** @param names looks up names, and has {@link #resolved} told of addresses before it is done */
    public void onUnresolved(Function<Set<String>, CompletionStage<?>> names) {
        lookUp = names;
    }

    @Override
    public CompletionStage<Outcome> unloadConnection(String name) {
        return later(() -> {
            Optional<ConfigChange> change = store.unload(name);
            return change.isPresent() ? actions.run(change.get())
                    : done(new Outcome.Failed("unload: connection '" + name + "' not found"));
        });
    }

    @Override
    public CompletionStage<Outcome> loadSharedKey(SharedKey key) {
        return on(() -> {
            store.loadKey(key);
            return Outcome.DONE;
        });
    }

    @Override
    public CompletionStage<Outcome> unloadSharedKey(String id) {
        return on(() -> {
            store.unloadKey(id);
            return Outcome.DONE;
        });
    }

    @Override
    public CompletionStage<Outcome> clearCredentials() {
        return on(() -> {
            store.clearKeys();
            return Outcome.DONE;
        });
    }

    @Override
    public CompletionStage<Map<String, String>> obstacles() {
        return on(() -> Obstacles.of(store.book(), shard.kernel()));
    }

    @Override
    public CompletionStage<DaemonStats> stats() {
        return on(() -> stats(shard.core().views()));
    }

    private DaemonStats stats(List<IkeSaView> sas) {
        return new DaemonStats(since, sas.size(), strangers(), 1,
                shard.core().nextTimeout().isPresent() ? 1 : 0, kernelName, reports.totals(),
                DaemonStats.Population.of(sas, shard.kernel()::isLane), steering.counts().get(),
                shard.kernel().senders().plans(),
                shard.kernel().offloads(), shard.kernel().orphans());
    }

    @Override
    public CompletionStage<Status> status() {
        return on(() -> {
            List<IkeSaView> sas = shard.core().views();
            List<Connection> connections = store.book().connections();
            return new Status(shard.now(), stats(sas), connections, sas, shard.kernel().overview(), reports.activity(),
                    reports.recent(), lastReload, readiness.missing(connections));
        });
    }

    /** @param unbound why sockets are not there that should be */
    public void expectSockets(Supplier<List<String>> unbound) {
        readiness.expectSockets(unbound);
    }

    @Override
    public CompletionStage<Map<String, Map<Counter, Long>>> counters() {
        return on(() -> reports.counters().all());
    }

    @Override
    public CompletionStage<Outcome> resetCounters(@Nullable String connection, boolean all) {
        return on(() -> {
            reports.counters().reset(connection, all);
            return Outcome.DONE;
        });
    }

    @Override
    public void note(String line) {
        shard.loop().execute(() -> say(line));
    }

    private void say(String line) {
        reports.on(new Effect.Note(Effect.Group.CFG, 1, 0, "", line, List.of()), shard.now());
    }

    @Override
    public CompletionStage<SteeringSnapshot> steering() {
        return on(() -> {
            SenderWatch watch = shard.kernel().senders();
            return steering.snapshot().get().with(new SteeringSnapshot.Senders(watch.devices(), watch.problem(),
                    watch.plans().getOrDefault("program", 0L), watch.plans().getOrDefault("acquires", 0L),
                    watch.plans().getOrDefault("kernel", 0L)));
        });
    }

    private DaemonStats.Strangers strangers() {
        return new DaemonStats.Strangers(shard.core().halfOpen(), shard.core().cookiesSent(), shard.core().evicted());
    }

    /** Without files there is nothing to read again. */
    @Override
    public CompletionStage<Outcome> reloadSettings() {
        return reload.get();
    }

    /** @param files reads the settings of the daemon's files again and has them used */
    public void onReloadSettings(Supplier<CompletionStage<Outcome>> files) {
        reload = files;
    }

    /** What has come of reading the files again. */
    public void reloaded(Outcome outcome) {
        shard.loop().execute(() -> {
            lastReload = lastReload.after(outcome, shard.now());
            reports.reloaded(outcome, shard.now());
        });
    }

    /** Settings for what begins from now on. */
    public CompletionStage<Outcome> use(EndpointSettings others) {
        return on(() -> {
            shard.handle(new Event.SettingsReplaced(others));
            return Outcome.DONE;
        });
    }

    @Override
    public Subscription subscribe(Consumer<ControlEvent> listener) {
        return reports.subscribers().add(listener);
    }

    private static <T> CompletionStage<T> done(T value) {
        return CompletableFuture.completedFuture(value);
    }

    private <T> CompletionStage<T> on(Supplier<T> task) {
        return later(() -> done(task.get()));
    }

    private <T> CompletionStage<T> later(Supplier<CompletionStage<T>> task) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        shard.loop().execute(() -> {
            try {
                task.get().whenComplete((value, failure) -> {
                    if (failure == null) {
                        answer.complete(value);
                    } else {
                        answer.completeExceptionally(failure);
                    }
                });
            } catch (RuntimeException bug) {
                LOG.error("a request failed", bug);
                answer.completeExceptionally(bug);
            }
        });
        return answer;
    }

    private static final Timeout CLOSING = new Timeout(3000);
    private static final Logger LOG = LoggerFactory.getLogger("DMN");
}
