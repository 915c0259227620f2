package dev.keylane.daemon.control;

import dev.keylane.daemon.kernel.TrapView;
import dev.keylane.daemon.traffic.Coverage;
import dev.keylane.daemon.traffic.KernelOverview;
import dev.keylane.daemon.traffic.Placement;
import dev.keylane.ike.sa.IkeSaView;
import dev.keylane.daemon.offload.OffloadCounts;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.policy.SharedKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A daemon without peers: it keeps a real configuration, shows the SAs it was given, and records what it is told. */
public final class FakeControl implements Control {
    public final List<String> calls = new CopyOnWriteArrayList<>();
    public final List<IkeSnapshot> sas = new CopyOnWriteArrayList<>();
    public final List<TrapView> traps = new CopyOnWriteArrayList<>();
    public final List<String> notes = new CopyOnWriteArrayList<>();
    public final Map<String, Map<Counter, Long>> counters = new ConcurrentHashMap<>();
    public volatile SteeringSnapshot steering = SteeringSnapshot.NONE;
    public volatile Supplier<CompletionStage<DaemonStats>> onStats = this::numbers;
    public volatile Function<InitiateRequest, CompletionStage<Outcome>> onInitiate =
            request -> CompletableFuture.completedStage(Outcome.DONE);
    public volatile List<Coverage> coverage = List.of();
    public volatile Activity activity = Activity.NONE;
    public volatile List<Happening> recent = List.of();
    public volatile List<String> missing = List.of();
    private final List<Consumer<ControlEvent>> listeners = new CopyOnWriteArrayList<>();
    public final ConfigStore store = new ConfigStore(book -> calls.add("book " + book.connections().size()));

    public void publish(ControlEvent event) {
        listeners.forEach(listener -> listener.accept(event));
    }

    public int listeners() {
        return listeners.size();
    }

    @Override
    public CompletionStage<List<IkeSnapshot>> sas() {
        return CompletableFuture.completedStage(List.copyOf(sas));
    }

    @Override
    public CompletionStage<Outcome> initiate(InitiateRequest request, CompletionStage<?> gone) {
        gone.thenRun(() -> calls.add("nobody waits for " + request.ike() + "/" + request.child()));
        calls.add("initiate " + request.ike() + "/" + request.child() + " " + request.timeout().millis());
        return onInitiate.apply(request);
    }

    @Override
    public CompletionStage<TerminateOutcome> terminate(TerminateRequest request) {
        int matches = request.targets(sas).size();
        calls.add("terminate " + request.targets(sas) + (request.force() ? " force" : ""));
        return CompletableFuture.completedStage(TerminateOutcome.of(matches, matches));
    }

    @Override
    public CompletionStage<RekeyOutcome> rekey(SaSelector selector) {
        calls.add("rekey " + selector);
        return CompletableFuture.completedStage(selector.isEmpty() ? RekeyOutcome.NO_SELECTOR
                : RekeyOutcome.of((int) sas.stream().filter(sa -> selector.selects(sa.ike())).count()));
    }

    @Override
    public CompletionStage<Outcome> install(String child, @Nullable String connection) {
        return record("install " + connection + "/" + child);
    }

    @Override
    public CompletionStage<Outcome> uninstall(String child, @Nullable String connection) {
        return record("uninstall " + connection + "/" + child);
    }

    private CompletionStage<Outcome> record(String call) {
        calls.add(call);
        return CompletableFuture.completedStage(Outcome.DONE);
    }

    @Override
    public CompletionStage<List<TrapView>> traps() {
        return CompletableFuture.completedStage(List.copyOf(traps));
    }

    @Override
    public synchronized CompletionStage<PolicyBook> book() {
        return CompletableFuture.completedStage(store.book());
    }

    @Override
    public synchronized CompletionStage<Outcome> loadConnection(Connection connection) {
        return new StartActions(this, calls::add).run(store.load(connection));
    }

    @Override
    public synchronized CompletionStage<Outcome> unloadConnection(String name) {
        return store.unload(name).map(change -> new StartActions(this, calls::add).run(change))
                .orElseGet(() -> CompletableFuture.completedStage(new Outcome.Failed("no connection " + name)));
    }

    @Override
    public synchronized CompletionStage<Outcome> loadSharedKey(SharedKey key) {
        store.loadKey(key);
        return CompletableFuture.completedStage(Outcome.DONE);
    }

    @Override
    public synchronized CompletionStage<Outcome> unloadSharedKey(String id) {
        store.unloadKey(id);
        return CompletableFuture.completedStage(Outcome.DONE);
    }

    @Override
    public synchronized CompletionStage<Outcome> clearCredentials() {
        store.clearKeys();
        return CompletableFuture.completedStage(Outcome.DONE);
    }

    @Override
    public CompletionStage<DaemonStats> stats() {
        return onStats.get();
    }

    @Override
    public CompletionStage<Status> status() {
        List<IkeSaView> views = sas.stream().map(IkeSnapshot::ike).toList();
        Map<Long, Placement> placements = sas.stream().flatMap(sa -> sa.children().stream()).collect(Collectors.toMap(
                child -> child.child().sa().id(), child -> new Placement(child.lanes() > 1, child.grant())));
        return onStats.get().thenCombine(book(), (stats, book) -> new Status(Samples.NOW, stats, book.connections(), views,
                new KernelOverview(placements, coverage), activity, recent,
                new LastReload(true, Samples.NOW), missing));
    }

    @Override
    public CompletionStage<Map<String, Map<Counter, Long>>> counters() {
        return CompletableFuture.completedStage(Map.copyOf(counters));
    }

    @Override
    public CompletionStage<Outcome> resetCounters(@Nullable String connection, boolean all) {
        counters.keySet().removeIf(name -> all || name.equals(connection == null ? "" : connection));
        return CompletableFuture.completedStage(Outcome.DONE);
    }

    @Override
    public void note(String line) {
        notes.add(line);
    }

    @Override
    public CompletionStage<SteeringSnapshot> steering() {
        return CompletableFuture.completedStage(steering);
    }

    private CompletionStage<DaemonStats> numbers() {
        return CompletableFuture.completedStage(new DaemonStats(Samples.NOW.minusSeconds(7_300), sas.size(), DaemonStats.Strangers.NONE, 1, 7,
                "software", DaemonStats.Counts.NONE, DaemonStats.Population.NONE, List.of(), Map.of(), OffloadCounts.NONE, Map.of()));
    }

    @Override
    public CompletionStage<Outcome> reloadSettings() {
        return CompletableFuture.completedStage(new Outcome.Failed("settings are read at start only"));
    }

    @Override
    public Subscription subscribe(Consumer<ControlEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** What was done, in order, and forgotten. */
    public List<String> drain() {
        List<String> all = new ArrayList<>(calls);
        calls.clear();
        return all;
    }
}
