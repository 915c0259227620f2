package dev.keylane.daemon.boot;

import dev.keylane.daemon.config.AddressResolver;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.PolicyBook;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks up the names of connections that have no address, again and again until they have one, ever more rarely. A look-up
 * may take its time, so there is a thread for it, which is made when it is needed.
 */
final class NameWatch implements AutoCloseable {
    private final AddressResolver resolver;
    private final Duration first;
    private volatile Consumer<Map<String, List<IpAddress>>> found = _ -> { };
    private final ScheduledExecutorService thread;
    private Set<String> names = Set.of();
    private Duration wait;
    /** The look that is due, null where there is none. */
    private @Nullable ScheduledFuture<?> next;
    private boolean looking;

    /**
     * @param first until a name is looked up again
     */
    NameWatch(AddressResolver resolver, Duration first) {
        this(resolver, first, Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("keylane-names").factory()));
    }

    /** @param thread a single one, which ends with this */
    NameWatch(AddressResolver resolver, Duration first, ScheduledExecutorService thread) {
        this.thread = thread;
        this.resolver = resolver;
        this.first = first;
        this.wait = first;
    }

    /** @param listener hears of addresses, on the thread of this */
    void listen(Consumer<Map<String, List<IpAddress>>> listener) {
        found = listener;
    }

    /** By any thread. */
    synchronized void use(PolicyBook book) {
        Set<String> wanted = book.connections().stream().flatMap(connection -> connection.endpoints().unresolved().stream())
                .collect(Collectors.toUnmodifiableSet());
        wanted.stream().filter(name -> !names.contains(name)).sorted()
                .forEach(name -> LOG.warn("unable to resolve {}, it is looked up again", name));
        if (!names.containsAll(wanted)) {
            wait = first;
            cancel();
        }
        names = wanted;
        await();
    }

    private void await() {
        if (!looking && next == null && !names.isEmpty()) {
            execute(() -> next = thread.schedule(this::look, wait.toMillis(), TimeUnit.MILLISECONDS));
        }
    }

    private void cancel() {
        if (next != null) {
            next.cancel(false);
            next = null;
        }
    }

    private void look() {
        try {
            tell(resolve(begin()));
        } catch (RuntimeException bug) {
            LOG.error("looking up names failed", bug);
        } finally {
            again();
        }
    }

    /** What is new while this look goes on begins with the shortest wait. */
    private synchronized Set<String> begin() {
        // One that was to come in place of this one, which had begun by then, is not another one.
        cancel();
        looking = true;
        Duration twice = wait.multipliedBy(2);
        wait = twice.compareTo(LONGEST) < 0 ? twice : LONGEST;
        return names;
    }

    private synchronized void again() {
        looking = false;
        await();
    }

    /** At once, if the thread is free; done when whoever listens has heard of what there is. */
    CompletionStage<?> lookUp(Collection<String> some) {
        CompletableFuture<?> done = new CompletableFuture<>();
        execute(() -> thread.execute(() -> {
            try {
                tell(resolve(some));
            } finally {
                done.complete(null);
            }
        }));
        return done;
    }

    private Map<String, List<IpAddress>> resolve(Collection<String> some) {
        Map<String, List<IpAddress>> addresses = new LinkedHashMap<>();
        for (String name : some) {
            addresses.put(name, resolver.resolve(name));
        }
        addresses.values().removeIf(List::isEmpty);
        return addresses;
    }

    private void tell(Map<String, List<IpAddress>> addresses) {
        if (!addresses.isEmpty()) {
            addresses.forEach((name, all) -> LOG.info("{} has the address {}", name, all.getFirst()));
            found.accept(addresses);
        }
    }

    private static void execute(Runnable task) {
        try {
            task.run();
        } catch (RejectedExecutionException stopping) {
            LOG.debug("names are not looked up any more");
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final Logger LOG = LoggerFactory.getLogger("CFG");
}
