package dev.keylane.daemon.shard;

import dev.keylane.daemon.control.ConfigAction;
import dev.keylane.daemon.control.ConfigChange;
import dev.keylane.daemon.control.InitiateRequest;
import dev.keylane.daemon.control.Outcome;
import dev.keylane.daemon.kernel.HostNetwork;
import dev.keylane.daemon.kernel.InitialPath;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.sa.Event;
import dev.keylane.ike.sa.IkeSaView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Initiates what an operator asks for, when its devices are known. On the shard's thread.
 *
 * @param awaited what somebody who waits for the addresses of names begins himself
 */
record Initiation(Shard shard, ShardReports reports, EndpointSettings settings, HostNetwork network,
                  Function<Set<String>, CompletionStage<?>> lookUp, List<ConfigAction> awaited) {
    /** @param lookUp asks for the addresses of names; done when they are in the book */
    Initiation(Shard shard, ShardReports reports, EndpointSettings settings, HostNetwork network,
               Function<Set<String>, CompletionStage<?>> lookUp) {
        this(shard, reports, settings, network, lookUp, new ArrayList<>());
    }

    /**
     * @param gone when the answer does not matter any more
     * @param book the configuration in force, which may be another one by then
     */
    CompletionStage<Outcome> of(InitiateRequest request, CompletionStage<?> gone, Supplier<PolicyBook> book) {
        return request.find(book.get()).map(connection -> {
            List<ConfigAction> own = looksUp(request, connection) ? begins(request, connection) : List.of();
            awaited.addAll(own);
            return named(request, connection).thenCompose(_ -> known(connection)).thenCompose(_ -> {
                own.forEach(awaited::remove);
                return request.find(book.get()).map(it -> begin(request, it, gone))
                        .orElseGet(() -> done(Outcome.Failed.notFound(request)));
            });
        }).orElseGet(() -> done(Outcome.Failed.notFound(request)));
    }

    /** Without what is begun anyhow, by whoever has waited for the same addresses. */
    ConfigChange notBegun(ConfigChange found) {
        return new ConfigChange(found.line(), found.actions().stream().filter(action -> !awaited.contains(action)).toList());
    }

    private static boolean looksUp(InitiateRequest request, Connection connection) {
        return connection.endpoints().waits() && !request.timeout().isNoWait();
    }

    /** A limited request may begin nothing after all. */
    private static List<ConfigAction> begins(InitiateRequest request, Connection connection) {
        return request.child() == null || request.limited() ? List.of()
                : List.of(new ConfigAction.Initiate(connection.name(), request.child()));
    }

    /** A name without an address is looked up once more for somebody who waits for the outcome, though not for long. */
    private CompletionStage<?> named(InitiateRequest request, Connection connection) {
        Set<String> names = connection.endpoints().unresolved();
        if (!looksUp(request, connection)) {
            return CompletableFuture.completedFuture(names);
        }
        CompletableFuture<Set<String>> asked = new CompletableFuture<>();
        lookUp.apply(names).whenComplete((_, _) -> asked.complete(names));
        return asked.completeOnTimeout(names, FOR_NAMES, TimeUnit.SECONDS).thenApplyAsync(it -> it, shard.loop());
    }

    /** Done when it is known what the connection's devices can do, or when that takes too long. */
    CompletionStage<?> known(Connection connection) {
        CompletableFuture<?> known = new CompletableFuture<>();
        if (shard.kernel().knowsDevicesOf(connection, shard.now(), () -> shard.loop().execute(() -> known.complete(null)))) {
            known.complete(null);
        }
        return known;
    }

    private CompletionStage<Outcome> begin(InitiateRequest request, Connection connection, CompletionStage<?> gone) {
        if (request.limited() && shard.core().views().stream().filter(view -> view.state() == IkeSaView.State.CONNECTING)
                .count() >= settings.halfOpen().most()) {
            return done(Outcome.Failed.limited(request));
        }
        Optional<String> against = Optional.ofNullable(request.child()).flatMap(connection::child)
                .flatMap(child -> shard.kernel().reasonAgainst(connection, child));
        Optional<Path> path = InitialPath.of(connection, settings, network);
        return against.isPresent() || path.isEmpty()
                ? hindered(request, connection, against.orElseGet(() -> InitialPath.reasonAgainst(connection)))
                : begin(request, connection, path.get(), gone);
    }

    /** What is wanted at all times is tried again later, when there may be a route, or a device that does it. */
    private CompletionStage<Outcome> hindered(InitiateRequest request, Connection connection, String reason) {
        if (request.child() != null) {
            shard.handle(new Event.InitiateHindered(connection.name(), request.child(), reason));
        }
        return done(new Outcome.Failed(reason));
    }

    private CompletionStage<Outcome> begin(InitiateRequest request, Connection connection, Path path, CompletionStage<?> gone) {
        Deadline<Outcome> answer = new Deadline<>(shard.loop());
        long number = reports.requests().expect(failure -> answer.complete(
                failure.<Outcome>map(reason -> Outcome.Failed.notEstablished(request)).orElse(Outcome.DONE)));
        shard.handle(new Event.Initiate(number, connection.name(), request.child(), path, Event.Trigger.OPERATOR));
        gone.thenRunAsync(() -> {
            reports.requests().forget(number);
            answer.complete(Outcome.Failed.notEstablished(request));
        }, shard.loop());
        return answer.within(request.timeout(), Outcome.DONE, () -> Outcome.Failed.timedOut(request),
                () -> reports.requests().forget(number));
    }

    private static CompletionStage<Outcome> done(Outcome value) {
        return CompletableFuture.completedFuture(value);
    }

    /** Seconds. */
    private static final long FOR_NAMES = 5;
}
