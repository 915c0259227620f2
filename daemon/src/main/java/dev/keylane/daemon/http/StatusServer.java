package dev.keylane.daemon.http;

import dev.keylane.daemon.control.Control;
import dev.keylane.daemon.control.SteeringTree;
import dev.keylane.daemon.metrics.DaemonMeters;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Serves what {@link Control} tells, on event loops of its own: a slow client never delays an SA. */
public final class StatusServer implements AutoCloseable {
    private final Vertx vertx;
    private final Control control;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final DaemonMeters meters;
    private CompletableFuture<Void> asking = CompletableFuture.completedFuture(null);

    private StatusServer(Vertx vertx, Control control, String version) {
        this.vertx = vertx;
        this.control = control;
        this.meters = new DaemonMeters(registry, version);
    }

    /**
     * @param version the daemon's
     * @throws IOException when the address cannot be listened on
     */
    public static StatusServer listen(InetSocketAddress address, Control control, String version) throws IOException {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(new FileSystemOptions().setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
        StatusServer server = new StatusServer(vertx, control, version);
        try {
            server.start(address);
            return server;
        } catch (IOException refused) {
            server.close();
            throw refused;
        }
    }

    /** As in a URL. */
    public static String text(InetSocketAddress address) {
        String host = address.getHostString();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    private void start(InetSocketAddress address) throws IOException {
        Router router = Router.router(vertx);
        router.get("/metrics").handler(this::metrics);
        router.get("/healthz").handler(this::health);
        router.get("/steering").handler(this::steering);
        HttpServer server = vertx.createHttpServer(new HttpServerOptions().setIdleTimeout(IDLE_SECONDS)
                .setHost(address.getHostString()).setPort(address.getPort())).requestHandler(router);
        try {
            server.listen().toCompletionStage().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException refused) {
            throw new IOException("cannot serve HTTP on " + text(address) + ": " + refused.getCause().getMessage(), refused);
        } catch (TimeoutException stuck) {
            throw new IOException("cannot serve HTTP on " + text(address) + ": no answer", stuck);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }

    /** Never waits long: while the daemon is busy, the numbers are those of the last time it answered. */
    private void metrics(RoutingContext request) {
        refreshed().completeOnTimeout(null, ANSWER_MILLIS, TimeUnit.MILLISECONDS).whenComplete((done, failure) ->
                request.vertx().runOnContext(ignored -> request.response()
                        .putHeader("Content-Type", PROMETHEUS_TEXT).end(registry.scrape())));
    }

    /** One question at a time: those of impatient scrapers would only queue up. On the server's event loop. */
    private CompletableFuture<Void> refreshed() {
        if (asking.isDone()) {
            asking = control.stats().thenAcceptAsync(stats -> meters.show(stats, Instant.now()),
                    task -> vertx.runOnContext(ignored -> task.run())).toCompletableFuture();
        }
        return asking.copy();
    }

    private void steering(RoutingContext request) {
        control.steering().toCompletableFuture().copy().orTimeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
                .whenComplete((snapshot, failure) -> request.vertx().runOnContext(ignored -> {
                    if (failure == null) {
                        request.response().putHeader("Content-Type", "application/json")
                                .end(new JsonObject(SteeringTree.of(snapshot)).encodePrettily() + "\n");
                    } else {
                        request.response().setStatusCode(503).putHeader("Content-Type", "text/plain").end("not answering\n");
                    }
                }));
    }

    /** Healthy is a daemon whose event loop answers. */
    private void health(RoutingContext request) {
        control.stats().toCompletableFuture().copy().orTimeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
                .whenComplete((stats, failure) -> request.vertx().runOnContext(ignored ->
                        request.response().setStatusCode(failure == null ? 200 : 503)
                                .putHeader("Content-Type", "text/plain").end(failure == null ? "ok\n" : "not answering\n")));
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().orTimeout(2, TimeUnit.SECONDS)
                .exceptionally(failure -> null).join();
        registry.close();
    }

    private static final int IDLE_SECONDS = 30;
    private static final int ANSWER_MILLIS = 500;
    private static final int START_SECONDS = 10;
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";
}
