package dev.keylane.daemon.http;

import dev.keylane.daemon.control.Control;
import dev.keylane.daemon.metrics.DaemonMeters;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Serves what {@link Control} tells, on event loops of its own: a slow client never delays an SA. */
public final class StatusServer implements AutoCloseable {
    private final Vertx vertx;
    private final Control control;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final DaemonMeters meters = new DaemonMeters(registry);

    private StatusServer(Vertx vertx, Control control) {
        this.vertx = vertx;
        this.control = control;
    }

    /** @throws IOException when the address cannot be listened on */
    public static StatusServer listen(InetSocketAddress address, Control control) throws IOException {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(new FileSystemOptions().setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
        StatusServer server = new StatusServer(vertx, control);
        try {
            server.start(address);
            return server;
        } catch (IOException refused) {
            server.close();
            throw refused;
        }
    }

    private void start(InetSocketAddress address) throws IOException {
        Router router = Router.router(vertx);
        router.get("/metrics").handler(this::metrics);
        router.get("/healthz").handler(this::health);
        HttpServer server = vertx.createHttpServer(new HttpServerOptions().setIdleTimeout(IDLE_SECONDS)
                .setHost(address.getHostString()).setPort(address.getPort())).requestHandler(router);
        try {
            server.listen().toCompletionStage().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException refused) {
            throw new IOException("cannot serve HTTP on " + address + ": " + refused.getCause().getMessage(), refused);
        } catch (TimeoutException stuck) {
            throw new IOException("cannot serve HTTP on " + address + ": no answer", stuck);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }

    private void metrics(RoutingContext request) {
        control.stats().thenCombine(control.sas(), (stats, sas) -> {
            meters.show(stats, sas);
            return registry.scrape();
        }).whenComplete((text, failure) -> request.vertx().runOnContext(ignored -> {
            if (failure == null) {
                request.response().putHeader("Content-Type", PROMETHEUS_TEXT).end(text);
            } else {
                request.fail(503);
            }
        }));
    }

    /** Healthy is a daemon whose event loop answers. */
    private void health(RoutingContext request) {
        control.stats().toCompletableFuture().orTimeout(1, TimeUnit.SECONDS).whenComplete((stats, failure) ->
                request.vertx().runOnContext(ignored -> request.response().setStatusCode(failure == null ? 200 : 503)
                        .putHeader("Content-Type", "text/plain").end(failure == null ? "ok\n" : "not answering\n")));
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().orTimeout(2, TimeUnit.SECONDS)
                .exceptionally(failure -> null).join();
        registry.close();
    }

    private static final int IDLE_SECONDS = 30;
    private static final int START_SECONDS = 10;
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";
}
